#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(26);

Kernel prepare(const OpContext& op) {
  const Tensor& input = op.input(0);
  const std::vector<std::int32_t> order = op.constant_int32(1);
  const std::size_t rank = input.shape.size();
  if (order.size() != rank || op.output().shape.size() != rank) {
    op.fail("the permutation has {} entries for {} dimensions.", order.size(), rank);
  }
  const auto strides = strides_of(input.shape);
  std::vector<std::int32_t> shape;
  std::vector<std::ptrdiff_t> moved;
  std::vector<bool> seen(rank, false);
  for (const std::int32_t axis : order) {
    const std::size_t from = normal_axis(op, axis, rank);
    if (seen[from]) op.fail("axis {} appears twice in the permutation.", axis);
    seen[from] = true;
    shape.push_back(input.shape[from]);
    moved.push_back(strides[from]);
  }
  require_shape(op, op.output(), shape);
  return gather_kernel(op, walk_of(op, shape, moved, 0));
}

}  // namespace

extern const OpDef transpose_def = {
    .code = BuiltinOperator::transpose,
    .options = &kOptions,
    .prepare = prepare,
    .device_takes = makes<TensorType::float32, TensorType::int8, TensorType::int16>,
};

}  // namespace mltk::tflite
