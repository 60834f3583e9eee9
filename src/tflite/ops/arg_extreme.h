#pragma once

#include "micro/arg_extreme.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {

/// The kernel of ARG_MAX and ARG_MIN: the place of the first element that is `better` than all before it.
template <class Better>
Kernel arg_kernel(const OpContext& op, Better better) {
  const Tensor& input = op.input(0);
  const std::vector<std::int32_t> axes = op.constant_int32(1);
  if (axes.size() != 1) op.fail("it has {} axes; expected one.", axes.size());
  const std::size_t axis = normal_axis(op, axes[0], input.shape.size());
  std::vector<std::int32_t> kept = input.shape;
  kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(axis));
  require_shape(op, op.output(), kept);
  const AxisSplit split = split_at(input.shape, axis);
  if (split.size < 1) op.fail("the input [{}] is empty.", shape_text(input.shape));
  if (op.output().type != TensorType::int32) op.fail_types();
  const auto kernel = [&]<class Value>(Value) -> Kernel {
    return [=, in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
      micro::arg_extreme(split.outer, split.size, split.inner, input_data<Value>(buffers, in),
                         output_data<std::int32_t>(buffers, out), better);
    };
  };
  if (input.type == TensorType::float32) return kernel(float{});
  if (input.type == TensorType::int8) return kernel(std::int8_t{});
  op.fail_types();
}

}  // namespace mltk::tflite
