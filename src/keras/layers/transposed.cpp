#include "keras/layers/transposed.h"

#include <algorithm>

#include "graph/ops/conv_2d_backward_input.h"

namespace mltk::keras {

std::int64_t transposed_size(std::int64_t input, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                             bool same, std::int64_t output_padding) {
  const std::int64_t reach = (kernel - 1) * dilation + 1;
  if (output_padding >= 0) return (input - 1) * stride + reach - (same ? reach / 2 * 2 : 0) + output_padding;
  return input * stride + (same ? 0 : std::max<std::int64_t>(reach - stride, 0));
}

ValueId transposed_conv(const CallContext& context, ValueId x, ValueId kernel, const Window2d& window,
                        std::int64_t height, std::int64_t width) {
  Graph& graph = context.graph;
  const Shape output{kBatch, height, width, graph.shape(kernel)[2]};
  const Shape small = graph.shape(x);
  if (window_output(window, output, small[3]) != small) {
    fail(ErrorKind::invalid_argument,
         "output_padding={} does not fit: an output of {}x{} is not one of the input {}; it must be smaller than the "
         "strides",
         context.layer.argument("output_padding").dump(), height, width, to_string(small));
  }
  return ops::conv_2d_backward_input(graph, x, kernel, {{window, 1}, output});
}

}  // namespace mltk::keras
