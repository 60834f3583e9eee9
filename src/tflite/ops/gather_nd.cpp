#include <algorithm>
#include <cstring>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(83);

/// Indices come from the data, so they are checked when the operator runs.
Kernel kernel(const OpContext& op, std::size_t depth) {
  const Tensor& input = op.input(0);
  std::vector<std::int32_t> sizes(input.shape.begin(), input.shape.begin() + static_cast<std::ptrdiff_t>(depth));
  auto slice = static_cast<std::size_t>(byte_size(input.type, 1));
  for (std::size_t i = depth; i < input.shape.size(); ++i) slice *= static_cast<std::size_t>(input.shape[i]);
  const std::size_t count = depth == 0 ? 0 : static_cast<std::size_t>(elements(op.input(1))) / depth;
  return [=, sizes = std::move(sizes), in = op.input_slot(0), at = op.input_slot(1), out = op.output_slot(),
          where = op.where()](Buffers buffers) {
    const std::int32_t* index = input_data<std::int32_t>(buffers, at);
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t place = 0;
      for (const std::int32_t size : sizes) {
        if (*index < 0 || *index >= size) {
          fail(ErrorKind::invalid_data, "{}: index {} lies outside of 0 to {}.", where, *index, size - 1);
        }
        place = place * static_cast<std::size_t>(size) + static_cast<std::size_t>(*index++);
      }
      std::memcpy(buffers[out] + i * slice, buffers[in] + place * slice, slice);
    }
  };
}

Kernel prepare(const OpContext& op) {
  const Tensor& input = op.input(0);
  const Tensor& indices = op.input(1);
  if (input.type != op.output().type || indices.type != TensorType::int32 ||
      (input.type != TensorType::float32 && input.type != TensorType::int8)) {
    op.fail_types();
  }
  constexpr std::int32_t kDeepest = 5;
  if (indices.shape.empty() || indices.shape.back() < 1 || indices.shape.back() > kDeepest ||
      static_cast<std::size_t>(indices.shape.back()) > input.shape.size()) {
    op.fail("the indices [{}] do not fit the input [{}].", shape_text(indices.shape), shape_text(input.shape));
  }
  const auto depth = static_cast<std::size_t>(indices.shape.back());
  std::vector<std::int32_t> expected(indices.shape.begin(), indices.shape.end() - 1);
  expected.insert(expected.end(), input.shape.begin() + static_cast<std::ptrdiff_t>(depth), input.shape.end());
  require_shape(op, op.output(), expected);
  return kernel(op, depth);
}

}  // namespace

extern const OpDef gather_nd_def = {
    .code = BuiltinOperator::gather_nd,
    .options = &kOptions,
    .prepare = prepare,
    .arrays = copied_shape,
    .device_takes = makes<TensorType::float32, TensorType::int8>,
};

}  // namespace mltk::tflite
