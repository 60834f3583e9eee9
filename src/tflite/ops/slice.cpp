#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(48);

Kernel prepare(const OpContext& op) {
  const Tensor& input = op.input(0);
  const std::vector<std::int32_t> begin = op.constant_int32(1);
  std::vector<std::int32_t> size = op.constant_int32(2);
  const std::size_t rank = input.shape.size();
  if (begin.size() != rank || size.size() != rank) {
    op.fail("begin has {} and size {} entries for {} dimensions.", begin.size(), size.size(), rank);
  }
  const auto strides = strides_of(input.shape);
  std::ptrdiff_t start = 0;
  for (std::size_t i = 0; i < rank; ++i) {
    if (size[i] == -1) size[i] = input.shape[i] - begin[i];
    if (begin[i] < 0 || size[i] < 0 || std::int64_t{begin[i]} + size[i] > input.shape[i]) {
      op.fail("{} elements from {} do not fit into axis {} of [{}].", size[i], begin[i], i, shape_text(input.shape));
    }
    start += begin[i] * strides[i];
  }
  require_shape(op, op.output(), size);
  return gather_kernel(op, walk_of(op, size, strides, start));
}

}  // namespace

extern const OpDef slice_def = {
    .code = BuiltinOperator::slice,
    .options = &kOptions,
    .prepare = prepare,
    .device_takes = makes<TensorType::boolean, TensorType::float32, TensorType::int8, TensorType::int16,
                          TensorType::int32, TensorType::int64>,
};

}  // namespace mltk::tflite
