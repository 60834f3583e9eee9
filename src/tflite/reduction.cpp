#include "tflite/ops/reduction.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "tflite/ops/reducer.h"

namespace mltk::tflite {

Reduction reduction_of(const OpContext& op) {
  const Tensor& input = op.input(0);
  const std::size_t rank = input.shape.size();
  std::vector<bool> reduced(rank, false);
  for (const std::int32_t axis : op.constant_int32(1)) reduced[normal_axis(op, axis, rank)] = true;

  const auto strides = strides_of(input.shape);
  std::vector<std::int32_t> kept_shape;
  std::vector<std::int32_t> reduced_shape;
  std::vector<std::int32_t> output_shape;
  std::vector<std::ptrdiff_t> kept_strides;
  std::vector<std::ptrdiff_t> reduced_strides;
  for (std::size_t i = 0; i < rank; ++i) {
    (reduced[i] ? reduced_shape : kept_shape).push_back(input.shape[i]);
    (reduced[i] ? reduced_strides : kept_strides).push_back(strides[i]);
    if (!reduced[i]) output_shape.push_back(input.shape[i]);
    if (reduced[i] && op.options<ReducerOptions>().keep_dims) output_shape.push_back(1);
  }
  require_shape(op, op.output(), output_shape);
  Reduction reduction{walk_of(op, kept_shape, kept_strides, 0), walk_of(op, reduced_shape, reduced_strides, 0), 1};
  for (const std::int32_t size : reduced_shape) reduction.count *= size;
  return reduction;
}

namespace {

micro::SumFinish finish_of(const OpContext& op, const Reduction& reduction) {
  const std::int64_t zero_points = zero_point_of(op, op.input(0)) * reduction.count;
  micro::SumFinish finish;
  finish.zero_points = static_cast<std::int32_t>(std::clamp<std::int64_t>(zero_points, INT32_MIN, INT32_MAX));
  finish.multiplier = checked_multiplier(
      op, static_cast<double>(scale_of(op, op.input(0))) / static_cast<double>(scale_of(op, op.output())));
  finish.output_zero_point = zero_point_of(op, op.output());
  std::tie(finish.low, finish.high) = code_range(op.output().type);
  return finish;
}

ArenaBytes int32s(std::int64_t count) { return {4 * count, 4 * count}; }

}  // namespace

micro::SumFinish sum_finish(const OpContext& op, const Reduction& reduction) { return finish_of(op, reduction); }

micro::SumFinish mean_finish(const OpContext& op, const Reduction& reduction) {
  if (reduction.count < 1) op.fail("the input [{}] is empty.", shape_text(op.input(0).shape));
  micro::SumFinish finish = finish_of(op, reduction);
  // The multiplier is divided by the count, after a shift that keeps its bits; the division truncates.
  const auto count = static_cast<std::uint64_t>(reduction.count);
  const int shift = std::min({63 - std::countl_zero(count), 32, 31 + finish.multiplier.shift});
  finish.multiplier.value =
      static_cast<std::int32_t>((std::int64_t{finish.multiplier.value} << shift) / reduction.count);
  finish.multiplier.shift -= shift;
  return finish;
}

std::vector<ArenaBytes> fold_scratch(const OpContext& op) {
  return {int32s(static_cast<std::int64_t>(op.input(0).shape.size())), int32s(elements(op.input(1)))};
}

std::vector<ArenaBytes> sum_scratch(const OpContext& op) {
  std::vector<ArenaBytes> scratch = fold_scratch(op);
  if (op.input(0).type != TensorType::float32) scratch.insert(scratch.begin(), int32s(elements(op.output())));
  return scratch;
}

std::vector<int> opened_by_sum(const OpContext& op, DeviceKernels) {
  if (op.input(0).type == TensorType::int8) return {0, ~0, 1, 0, 1, ~0};
  return {0, ~0, 1, 0, 1};
}

std::vector<int> opened_by_fold(const OpContext& op, DeviceKernels) {
  if (op.input(0).type == TensorType::int8) return {0, 1, ~0, 0, ~0, 1};
  return {0, 1, 0, ~0, 1};
}

}  // namespace mltk::tflite
