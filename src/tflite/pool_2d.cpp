#include "tflite/ops/pool_2d.h"

#include "tflite/ops/common.h"

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

std::string pool_text(const Operator& op) {
  const auto options = options_as<Pool2dOptions>(op);
  return fmt::format("Padding:{} stride:{}x{} filter:{}x{} activation:{}", padding_text(options.padding),
                     options.stride_w, options.stride_h, options.filter_w, options.filter_h,
                     activation_text(options.activation));
}

}  // namespace mltk::tflite
