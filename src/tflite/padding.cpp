#include "tflite/ops/padding.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

/// The code of the padding, as bytes.
std::vector<std::uint8_t> padding_value(const OpContext& op) {
  const Tensor& output = op.output();
  if (op.op().code != BuiltinOperator::padv2) return zero_of(op, output);
  const Tensor& given = op.input(2);
  if (given.type != output.type || elements(given) != 1 || !op.is_constant(given)) {
    op.fail("the padding value '{}' must be one constant of {}.", given.name, to_string(output.type));
  }
  return op.model().buffer_of(given);
}

}  // namespace

Kernel pad_kernel(const OpContext& op) {
  const Tensor& input = op.input(0);
  const Tensor& output = op.output();
  const std::size_t rank = input.shape.size();
  if (input.type != output.type || input.type == TensorType::int4) op.fail_types();
  if (is_quantized_type(input.type) &&
      (scale_of(op, input) != scale_of(op, output) || zero_point_of(op, input) != zero_point_of(op, output))) {
    op.fail("input and output must have the same scale and zero point; the codes are copied as they are.");
  }
  const std::vector<std::int32_t> paddings = op.constant_int32(1);
  if (paddings.size() != 2 * rank) op.fail("it has {} paddings for {} dimensions.", paddings.size(), rank);
  std::vector<std::int32_t> expected;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t size = std::int64_t{input.shape[i]} + paddings[2 * i] + paddings[2 * i + 1];
    if (paddings[2 * i] < 0 || paddings[2 * i + 1] < 0 || size > INT32_MAX) {
      op.fail("axis {} has the paddings {} and {}.", i, paddings[2 * i], paddings[2 * i + 1]);
    }
    expected.push_back(static_cast<std::int32_t>(size));
  }
  require_shape(op, output, expected);
  const auto strides = strides_of(output.shape);
  std::ptrdiff_t start = 0;
  for (std::size_t i = 0; i < rank; ++i) start += paddings[2 * i] * strides[i];
  return [walk = walk_of(op, input.shape, strides, start), value = padding_value(op), in = op.input_slot(0),
          out = op.output_slot(), count = elements(output)](Buffers buffers) {
    micro::fill(value.data(), static_cast<int>(value.size()), count, buffers[out]);
    micro::scatter(walk, static_cast<int>(value.size()), buffers[in], buffers[out]);
  };
}

}  // namespace mltk::tflite
