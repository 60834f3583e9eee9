#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(51);

Kernel prepare(const OpContext& op) {
  const Tensor& input = op.input(0);
  const Tensor& output = op.output();
  const std::vector<std::int32_t> repeats = op.constant_int32(1);
  const std::size_t rank = input.shape.size();
  if (repeats.size() != rank || output.shape.size() != rank) {
    op.fail("it has {} repeats for {} dimensions.", repeats.size(), rank);
  }
  for (std::size_t i = 0; i < rank; ++i) {
    if (std::int64_t{output.shape[i]} != std::int64_t{input.shape[i]} * repeats[i]) {
      op.fail("axis {} of [{}] repeated {} times does not give [{}].", i, shape_text(input.shape), repeats[i],
              shape_text(output.shape));
    }
  }
  const auto strides = strides_of(input.shape);
  const auto output_strides = strides_of(output.shape);
  std::vector<std::int32_t> source(static_cast<std::size_t>(elements(output)));
  for (std::size_t i = 0; i < source.size(); ++i) {
    std::ptrdiff_t at = 0;
    for (std::size_t axis = 0; axis < rank; ++axis) {
      at += static_cast<std::ptrdiff_t>(i) / output_strides[axis] % input.shape[axis] * strides[axis];
    }
    source[i] = static_cast<std::int32_t>(at);
  }
  return index_kernel(op, std::move(source));
}

}  // namespace

extern const OpDef tile_def = {
    .code = BuiltinOperator::tile,
    .options = &kOptions,
    .prepare = prepare,
    .on_device = false,
};

}  // namespace mltk::tflite
