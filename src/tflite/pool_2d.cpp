#include "tflite/ops/pool_2d.h"

namespace mltk::tflite {

micro::Window2d pool_window(const OpContext& op) {
  const auto options = op.options<Pool2dOptions>();
  const Tensor& input = op.input(0);
  const Tensor& output = op.output();
  const micro::Window2d window =
      window_of(op, input, output,
                {options.padding, options.stride_h, options.stride_w, 1, 1, options.filter_h, options.filter_w});
  if (window.in_c != window.out_c)
    op.fail("a pool keeps its {} channels; the output has {}.", window.in_c, window.out_c);
  return window;
}

KernelParameters pool_parameters(const OpContext& op) {
  if (!is_quantized_type(op.input(0).type)) return {};
  const auto options = op.options<Pool2dOptions>();
  KernelParameters parameters = window_parameters(pool_window(op), options.padding);
  const auto [low, high] = activation_codes(op, options.activation, op.output());
  parameters.emplace_back("quantized_activation_min", std::int64_t{low});
  parameters.emplace_back("quantized_activation_max", std::int64_t{high});
  return parameters;
}

std::string pool_text(const Operator& op) {
  const auto options = options_as<Pool2dOptions>(op);
  return fmt::format("Padding:{} stride:{}x{} filter:{}x{} activation:{}", padding_text(options.padding),
                     options.stride_w, options.stride_h, options.filter_w, options.filter_h,
                     activation_text(options.activation));
}

OpCost pool_cost(const OpContext& op, std::int64_t more) {
  const auto options = op.options<Pool2dOptions>();
  const std::int64_t outputs = elements(op.output());
  const std::int64_t taps = std::int64_t{1} * options.filter_h * options.filter_w;
  return cost_with_activation(0, outputs * (taps + more), options.activation, outputs);
}

}  // namespace mltk::tflite
