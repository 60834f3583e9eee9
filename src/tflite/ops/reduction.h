#pragma once

#include "micro/reduce.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {

/// The axes of a reduction as two walks over the input.
struct Reduction {
  micro::Walk outer;       ///< kept axes: one step per output element
  micro::Walk inner;       ///< reduced axes
  std::int64_t count = 1;  ///< steps of `inner`
};

/// Throws Error(invalid_model) when the output's shape does not follow from the axes.
Reduction reduction_of(const OpContext& op);
micro::SumFinish mean_finish(const OpContext& op, const Reduction& reduction);
micro::SumFinish sum_finish(const OpContext& op, const Reduction& reduction);

/// Scratch buffers of MEAN and SUM: sums (not for float), an index, the resolved axes.
std::vector<ArenaBytes> sum_scratch(const OpContext& op);
/// Scratch buffers of REDUCE_MAX and REDUCE_MIN.
std::vector<ArenaBytes> fold_scratch(const OpContext& op);
/// OpDef::opened of MEAN and SUM, and of REDUCE_MAX and REDUCE_MIN.
std::vector<int> opened_by_sum(const OpContext& op, DeviceKernels kernels);
std::vector<int> opened_by_fold(const OpContext& op, DeviceKernels kernels);

template <class Value, class Accumulator, class Finish>
Kernel sum_kernel(const OpContext& op, const Reduction& reduction, Finish finish) {
  return [=, in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    micro::reduce_sum<Accumulator>(reduction.outer, reduction.inner, input_data<Value>(buffers, in),
                                   output_data<Value>(buffers, out), finish);
  };
}

template <class Value, class Combine>
Kernel fold_kernel(const OpContext& op, const Reduction& reduction, Combine combine) {
  return [=, in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    micro::reduce_fold(reduction.outer, reduction.inner, input_data<Value>(buffers, in),
                       output_data<Value>(buffers, out), combine);
  };
}

/// The kernel of REDUCE_MAX and REDUCE_MIN for the operator's element type.
template <class Combine>
Kernel prepare_fold(const OpContext& op, Combine combine) {
  const Reduction reduction = reduction_of(op);
  if (reduction.count < 1) op.fail("the input [{}] is empty.", shape_text(op.input(0).shape));
  if (all_types(op, TensorType::float32, {0})) return fold_kernel<float>(op, reduction, combine);
  if (all_types(op, TensorType::int8, {0})) return fold_kernel<std::int8_t>(op, reduction, combine);
  op.fail_types();
}

}  // namespace mltk::tflite
