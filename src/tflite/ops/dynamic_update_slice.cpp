#include <algorithm>
#include <cstring>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(117);

/// Inputs: operand, update, start indices, which come from the data and are limited to where the update fits.
template <class Index>
Kernel kernel(const OpContext& op) {
  const Tensor& operand = op.input(0);
  const Tensor& update = op.input(1);
  std::vector<std::int64_t> largest;
  for (std::size_t i = 0; i < operand.shape.size(); ++i) largest.push_back(operand.shape[i] - update.shape[i]);
  return [=, walk = walk_of(op, update.shape, strides_of(operand.shape), 0), strides = strides_of(operand.shape),
          item = static_cast<int>(byte_size(operand.type, 1)), bytes = static_cast<std::size_t>(byte_size(operand)),
          in = op.input_slot(0), patch = op.input_slot(1), at = op.input_slot(2),
          out = op.output_slot()](Buffers buffers) {
    if (bytes == 0) return;
    std::memcpy(buffers[out], buffers[in], bytes);
    micro::Walk place = walk;
    for (std::size_t i = 0; i < largest.size(); ++i) {
      const std::int64_t index = input_data<Index>(buffers, at)[i];
      place.start += static_cast<std::ptrdiff_t>(std::min(std::max<std::int64_t>(0, index), largest[i])) * strides[i];
    }
    micro::scatter(place, item, buffers[patch], buffers[out]);
  };
}

Kernel prepare(const OpContext& op) {
  const Tensor& operand = op.input(0);
  const Tensor& update = op.input(1);
  const Tensor& start = op.input(2);
  require_shape(op, op.output(), operand.shape);
  require_rank(op, update, operand.shape.size());
  require_shape(op, start, {static_cast<std::int32_t>(operand.shape.size())});
  for (std::size_t i = 0; i < operand.shape.size(); ++i) {
    if (update.shape[i] > operand.shape[i]) {
      op.fail("the update [{}] is larger than [{}].", shape_text(update.shape), shape_text(operand.shape));
    }
  }
  const TensorType type = operand.type;
  if (update.type != type || op.output().type != type ||
      (type != TensorType::float32 && type != TensorType::int8 && type != TensorType::int16 &&
       type != TensorType::int32)) {
    op.fail_types();
  }
  if (start.type == TensorType::int32) return kernel<std::int32_t>(op);
  if (start.type == TensorType::int64) return kernel<std::int64_t>(op);
  op.fail_types();
}

}  // namespace

extern const OpDef dynamic_update_slice_def = {
    .code = BuiltinOperator::dynamic_update_slice,
    .options = &kOptions,
    .prepare = prepare,
    .device_takes =
        makes<TensorType::float32, TensorType::int8, TensorType::int16, TensorType::int32, TensorType::int64>,
};

}  // namespace mltk::tflite
