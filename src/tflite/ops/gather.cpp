#include "tflite/ops/gather.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<GatherOptions>(23);

/// Indices come from the data, so they are checked when the operator runs.
template <class Index>
Kernel kernel(const OpContext& op, std::size_t outer, std::size_t axis_size, std::size_t inner_bytes) {
  return [=, in = op.input_slot(0), at = op.input_slot(1), out = op.output_slot(), where = op.where(),
          count = static_cast<std::size_t>(elements(op.input(1)))](Buffers buffers) {
    const Index* indices = input_data<Index>(buffers, at);
    std::uint8_t* output = buffers[out];
    for (std::size_t i = 0; i < outer; ++i) {
      for (std::size_t k = 0; k < count; ++k, output += inner_bytes) {
        if (indices[k] < 0 || static_cast<std::size_t>(indices[k]) >= axis_size) {
          fail(ErrorKind::invalid_data, "{}: index {} lies outside of 0 to {}.", where, indices[k], axis_size - 1);
        }
        const std::size_t row = i * axis_size + static_cast<std::size_t>(indices[k]);
        std::memcpy(output, buffers[in] + row * inner_bytes, inner_bytes);
      }
    }
  };
}

Kernel prepare(const OpContext& op) {
  const auto options = op.options<GatherOptions>();
  const Tensor& input = op.input(0);
  const Tensor& indices = op.input(1);
  if (options.batch_dims != 0) op.fail("batch_dims {} is not supported.", options.batch_dims);
  if (input.type != op.output().type || input.type == TensorType::int4) op.fail_types();
  const std::size_t axis = normal_axis(op, options.axis, input.shape.size());
  std::vector<std::int32_t> expected(input.shape.begin(), input.shape.begin() + static_cast<std::ptrdiff_t>(axis));
  expected.insert(expected.end(), indices.shape.begin(), indices.shape.end());
  expected.insert(expected.end(), input.shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, input.shape.end());
  require_shape(op, op.output(), expected);
  std::size_t outer = 1;
  for (std::size_t i = 0; i < axis; ++i) outer *= static_cast<std::size_t>(input.shape[i]);
  auto inner_bytes = static_cast<std::size_t>(byte_size(input.type, 1));
  for (std::size_t i = axis + 1; i < input.shape.size(); ++i) inner_bytes *= static_cast<std::size_t>(input.shape[i]);
  const auto axis_size = static_cast<std::size_t>(input.shape[axis]);
  if (indices.type == TensorType::int32) return kernel<std::int32_t>(op, outer, axis_size, inner_bytes);
  if (indices.type == TensorType::int64) return kernel<std::int64_t>(op, outer, axis_size, inner_bytes);
  op.fail_types();
}

}  // namespace

extern const OpDef gather_def = {
    .code = BuiltinOperator::gather,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {8, 8, 4},
    .data = {16, 16},
};

}  // namespace mltk::tflite
