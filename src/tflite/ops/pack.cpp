#include "tflite/ops/pack.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<PackOptions>(59);

Kernel prepare(const OpContext& op) {
  const Tensor& output = op.output();
  const Tensor& first = op.input(0);
  const std::size_t axis = normal_axis(op, op.options<PackOptions>().axis, output.shape.size());
  std::vector<std::int32_t> expected = first.shape;
  if (axis > expected.size()) op.fail("axis {} does not exist in the output.", axis);
  expected.insert(expected.begin() + static_cast<std::ptrdiff_t>(axis), static_cast<std::int32_t>(op.input_count()));
  require_shape(op, output, expected);
  for (std::size_t i = 0; i < op.input_count(); ++i) require_shape(op, op.input(i), first.shape);
  return join_kernel(op, axis);
}

}  // namespace

extern const OpDef pack_def = {
    .code = BuiltinOperator::pack,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {8, 8, 4},
    .opened = opens<>,
    .device_takes =
        makes<TensorType::float32, TensorType::int8, TensorType::int16, TensorType::int32, TensorType::int64>,
};

}  // namespace mltk::tflite
