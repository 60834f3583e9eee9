#include "tflite/ops/unpack.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<UnpackOptions>(64);

Kernel prepare(const OpContext& op) {
  const Tensor& input = op.input(0);
  const std::size_t axis = normal_axis(op, op.options<UnpackOptions>().axis, input.shape.size());
  if (static_cast<std::size_t>(input.shape[axis]) != op.output_count()) {
    op.fail("axis {} of [{}] gives {} outputs, there are {}.", axis, shape_text(input.shape), input.shape[axis],
            op.output_count());
  }
  std::vector<std::int32_t> expected = input.shape;
  expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(axis));
  for (std::size_t i = 0; i < op.output_count(); ++i) require_shape(op, op.output(i), expected);
  return part_kernel(op, 0, axis);
}

}  // namespace

extern const OpDef unpack_def = {
    .code = BuiltinOperator::unpack,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {8, 8, 4},
    .opened = opens<>,
    .device_takes = makes<TensorType::float32, TensorType::int8, TensorType::int16, TensorType::int32>,
};

}  // namespace mltk::tflite
