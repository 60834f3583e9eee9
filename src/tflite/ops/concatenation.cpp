#include "tflite/ops/concatenation.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ConcatenationOptions>(10);

Kernel prepare(const OpContext& op) {
  const auto options = op.options<ConcatenationOptions>();
  const Tensor& output = op.output();
  const std::size_t axis = normal_axis(op, options.axis, output.shape.size());
  if (op.input_count() > kMostConcatenationInputs) {
    op.fail("it has {} inputs; TensorFlow Lite Micro takes {}.", op.input_count(), kMostConcatenationInputs);
  }
  if (options.activation != Activation::none) op.fail("a fused activation does not run on TensorFlow Lite Micro.");
  std::int64_t total = 0;
  for (std::size_t i = 0; i < op.input_count(); ++i) {
    const Tensor& input = op.input(i);
    std::vector<std::int32_t> expected = output.shape;
    if (axis < input.shape.size()) expected[axis] = input.shape[axis];
    require_shape(op, input, expected);
    total += expected[axis];
    if (is_quantized_type(input.type) &&
        (scale_of(op, input) != scale_of(op, output) || zero_point_of(op, input) != zero_point_of(op, output))) {
      op.fail("'{}' has another scale or zero point than the output; the codes are copied as they are.", input.name);
    }
  }
  if (total != output.shape[axis]) {
    op.fail("the inputs have {} entries along axis {}, the output [{}].", total, axis, shape_text(output.shape));
  }
  return join_kernel(op, axis);
}

}  // namespace

extern const OpDef concatenation_def = {
    .code = BuiltinOperator::concatenation,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {8, 8, 4},
    .data = {40, 24},
};

}  // namespace mltk::tflite
