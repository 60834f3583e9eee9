#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(81);

Kernel prepare(const OpContext& op) {
  const Tensor& input = op.input(0);
  require_shape(op, op.output(), input.shape);
  auto strides = strides_of(input.shape);
  std::ptrdiff_t start = 0;
  std::vector<bool> reversed(input.shape.size(), false);
  for (const std::int32_t axis : op.constant_int32(1)) reversed[normal_axis(op, axis, input.shape.size())] = true;
  for (std::size_t i = 0; i < strides.size(); ++i) {
    if (!reversed[i]) continue;
    start += (input.shape[i] - 1) * strides[i];
    strides[i] = -strides[i];
  }
  return gather_kernel(op, walk_of(op, input.shape, strides, start));
}

}  // namespace

extern const OpDef reverse_v2_def = {
    .code = BuiltinOperator::reverse_v2,
    .options = &kOptions,
    .prepare = prepare,
    .device_takes = makes<TensorType::boolean, TensorType::float32, TensorType::int8, TensorType::uint8,
                          TensorType::int16, TensorType::int32, TensorType::int64>,
};

}  // namespace mltk::tflite
