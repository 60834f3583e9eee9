#pragma once

#include <string>

#include "micro/window.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {

/// Options of AVERAGE_POOL_2D and MAX_POOL_2D.
struct Pool2dOptions {
  Padding padding = Padding::same;
  std::int32_t stride_w = 0;
  std::int32_t stride_h = 0;
  std::int32_t filter_w = 0;
  std::int32_t filter_h = 0;
  Activation activation = Activation::none;

  bool operator==(const Pool2dOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "padding", padding, Padding::same);
    v(1, "stride_w", stride_w, 0);
    v(2, "stride_h", stride_h, 0);
    v(3, "filter_w", filter_w, 0);
    v(4, "filter_h", filter_h, 0);
    v(5, "activation", activation, Activation::none);
  }
};

micro::Window2d pool_window(const OpContext& op);
KernelParameters pool_parameters(const OpContext& op);
std::string pool_text(const Operator& op);
/// An operation for each tap and `more` for each output.
OpCost pool_cost(const OpContext& op, std::int64_t more);

template <class Value, class Bound, class Pool>
Kernel pool_kernel(const OpContext& op, const micro::Window2d& window, std::pair<Bound, Bound> bounds, Pool pool) {
  return [=, in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    pool(window, input_data<Value>(buffers, in), output_data<Value>(buffers, out), bounds.first, bounds.second);
  };
}

/// The kernel for the operator's element type. `pool` takes window, input, output, lowest and highest result.
template <class Pool>
Kernel prepare_pool(const OpContext& op, Pool pool) {
  const micro::Window2d window = pool_window(op);
  const auto activation = op.options<Pool2dOptions>().activation;
  if (all_types(op, TensorType::float32, {0})) {
    return pool_kernel<float, float>(op, window, activation_floats(activation), pool);
  }
  if (all_types(op, TensorType::int8, {0})) {
    return pool_kernel<std::int8_t, std::int32_t>(op, window, activation_codes(op, activation, op.output()), pool);
  }
  if (all_types(op, TensorType::int16, {0})) {
    return pool_kernel<std::int16_t, std::int32_t>(op, window, activation_codes(op, activation, op.output()), pool);
  }
  op.fail_types();
}

}  // namespace mltk::tflite
