#include "tflite/ops/gather.h"

#include <algorithm>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<GatherOptions>(23);

/// The input as [batches, outer, axis, inner], the indices as [batches, count].
struct GatherShape {
  std::size_t batches = 1;
  std::size_t outer = 1;
  std::size_t axis = 1;
  std::size_t inner_bytes = 1;
  std::size_t count = 1;
};

/// Indices come from the data, so they are checked when the operator runs.
template <class Index>
Kernel kernel(const OpContext& op, const GatherShape& shape) {
  return [shape, in = op.input_slot(0), at = op.input_slot(1), out = op.output_slot(),
          where = op.where()](Buffers buffers) {
    const auto [batches, outer, axis_size, inner_bytes, count] = shape;
    std::uint8_t* output = buffers[out];
    for (std::size_t i = 0; i < batches * outer; ++i) {
      const Index* indices = input_data<Index>(buffers, at) + i / outer * count;
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
  if (input.type != op.output().type || input.type == TensorType::int4) op.fail_types();
  const std::size_t axis = normal_axis(op, options.axis, input.shape.size());
  const std::int64_t batch_dims = options.batch_dims < 0
                                      ? options.batch_dims + static_cast<std::int64_t>(indices.shape.size())
                                      : options.batch_dims;
  if (batch_dims < 0 || batch_dims > static_cast<std::int64_t>(std::min(axis, indices.shape.size()))) {
    op.fail("batch_dims is {} with axis {} and indices [{}].", options.batch_dims, axis, shape_text(indices.shape));
  }
  const auto shared = static_cast<std::size_t>(batch_dims);
  GatherShape shape;
  shape.inner_bytes = static_cast<std::size_t>(byte_size(input.type, 1));
  shape.axis = static_cast<std::size_t>(input.shape[axis]);
  std::vector<std::int32_t> expected(input.shape.begin(), input.shape.begin() + static_cast<std::ptrdiff_t>(axis));
  for (std::size_t i = 0; i < input.shape.size(); ++i) {
    const auto size = static_cast<std::size_t>(input.shape[i]);
    if (i < shared && input.shape[i] != indices.shape[i]) {
      op.fail("the indices [{}] do not fit the input [{}].", shape_text(indices.shape), shape_text(input.shape));
    }
    if (i != axis) (i < shared ? shape.batches : i < axis ? shape.outer : shape.inner_bytes) *= size;
  }
  for (std::size_t i = shared; i < indices.shape.size(); ++i) {
    shape.count *= static_cast<std::size_t>(indices.shape[i]);
    expected.push_back(indices.shape[i]);
  }
  expected.insert(expected.end(), input.shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, input.shape.end());
  require_shape(op, op.output(), expected);
  if (indices.type == TensorType::int32) return kernel<std::int32_t>(op, shape);
  if (indices.type == TensorType::int64) return kernel<std::int64_t>(op, shape);
  op.fail_types();
}

bool device_takes(const OpContext& op) {
  return makes<TensorType::float32, TensorType::int8>(op) && op.input(1).type == TensorType::int32;
}

}  // namespace

extern const OpDef gather_def = {
    .code = BuiltinOperator::gather,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {8, 8, 4},
    .arrays = copied_shape,
    .device_takes = device_takes,
};

}  // namespace mltk::tflite
