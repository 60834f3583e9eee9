#include <algorithm>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

/// The shape to which the shapes in `a` and `b` broadcast.
template <class Index>
void broadcast(const Index* a, std::size_t rank_a, const Index* b, std::size_t rank_b, Index* output) {
  const std::size_t rank = std::max(rank_a, rank_b);
  for (std::size_t i = 1; i <= rank; ++i) {
    const Index size_a = i <= rank_a ? a[rank_a - i] : 1;
    const Index size_b = i <= rank_b ? b[rank_b - i] : 1;
    output[rank - i] = size_a == 1 ? size_b : size_a;
  }
}

template <class Index>
Kernel kernel(const OpContext& op) {
  return [a = op.input_slot(0), b = op.input_slot(1), out = op.output_slot(),
          rank_a = static_cast<std::size_t>(elements(op.input(0))),
          rank_b = static_cast<std::size_t>(elements(op.input(1)))](Buffers buffers) {
    broadcast(input_data<Index>(buffers, a), rank_a, input_data<Index>(buffers, b), rank_b,
              output_data<Index>(buffers, out));
  };
}

Kernel prepare(const OpContext& op) {
  require_rank(op, op.input(0), 1);
  require_rank(op, op.input(1), 1);
  require_shape(op, op.output(), {std::max(op.input(0).shape[0], op.input(1).shape[0])});
  if (all_types(op, TensorType::int32, {0, 1})) return kernel<std::int32_t>(op);
  if (all_types(op, TensorType::int64, {0, 1})) return kernel<std::int64_t>(op);
  op.fail_types();
}

}  // namespace

extern const OpDef broadcast_args_def = {
    .code = BuiltinOperator::broadcast_args,
    .prepare = prepare,
};

}  // namespace mltk::tflite
