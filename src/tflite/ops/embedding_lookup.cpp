#include <cstring>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

/// Calls write(row of the output, row of the table) for each index; indices come from the data, so they are checked.
template <class Write>
Kernel lookup(const OpContext& op, Write write) {
  const std::int32_t rows = op.input(1).shape[0];
  return [=, at = op.input_slot(0), table = op.input_slot(1), out = op.output_slot(), count = elements(op.input(0)),
          where = op.where()](Buffers buffers) {
    const std::int32_t* index = input_data<std::int32_t>(buffers, at);
    for (std::int64_t i = 0; i < count; ++i) {
      if (index[i] < 0 || index[i] >= rows) {
        fail(ErrorKind::invalid_data, "{}: index {} lies outside of 0 to {}.", where, index[i], rows - 1);
      }
      write(buffers[out], i, buffers[table], index[i]);
    }
  };
}

Kernel prepare(const OpContext& op) {
  const Tensor& table = op.input(1);
  if (table.shape.size() < 2) op.fail("the table [{}] has fewer than 2 dimensions.", shape_text(table.shape));
  require_rank(op, op.input(0), 1);
  std::vector<std::int32_t> expected = table.shape;
  expected[0] = op.input(0).shape[0];
  require_shape(op, op.output(), expected);
  if (op.input(0).type != TensorType::int32) op.fail_types();
  std::int64_t columns = 1;
  for (std::size_t i = 1; i < table.shape.size(); ++i) columns *= table.shape[i];
  const bool known = table.type == TensorType::float32 || table.type == TensorType::int8;
  if (known && op.output().type == table.type) {
    return lookup(op, [bytes = static_cast<std::size_t>(byte_size(table.type, columns))](
                          std::uint8_t* output, std::int64_t to, const std::uint8_t* input, std::int64_t from) {
      std::memcpy(output + static_cast<std::size_t>(to) * bytes, input + static_cast<std::size_t>(from) * bytes, bytes);
    });
  }
  if (table.type != TensorType::int8 || op.output().type != TensorType::float32) op.fail_types();
  if (zero_point_of(op, table) != 0) op.fail("the table has the zero point {}; expected 0.", zero_point_of(op, table));
  return lookup(op, [columns, scale = scale_of(op, table)](std::uint8_t* output, std::int64_t to,
                                                           const std::uint8_t* input, std::int64_t from) {
    const auto* codes = reinterpret_cast<const std::int8_t*>(input) + from * columns;
    float* row = reinterpret_cast<float*>(output) + to * columns;
    for (std::int64_t i = 0; i < columns; ++i) row[i] = scale * static_cast<float>(codes[i]);
  });
}

std::vector<ArenaBytes> arrays(const OpContext& op) { return {copied_shape(op)[0], {16, 8}}; }

}  // namespace

extern const OpDef embedding_lookup_def = {
    .code = BuiltinOperator::embedding_lookup,
    .prepare = prepare,
    .arrays = arrays,
};

}  // namespace mltk::tflite
