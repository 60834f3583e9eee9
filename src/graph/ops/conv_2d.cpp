#include "graph/ops/conv_2d.h"

#include <algorithm>

#include "graph/ops/conv_2d_backward_filter.h"
#include "graph/ops/conv_2d_backward_input.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& [window, groups] = std::any_cast<const Conv2dAttributes&>(attributes);
  const Shape& input = inputs[0].shape;
  const Shape& filter = inputs[1].shape;
  MLTK_ASSERT(input.rank() == 4 && filter.rank() == 4);
  MLTK_ASSERT(filter[0] == window.kernel_height && filter[1] == window.kernel_width);
  if (filter[2] * groups != input[3]) {
    fail(ErrorKind::invalid_argument, "the filter {} is made for {} input channels, but the input {} has {}",
         to_string(filter), filter[2] * groups, to_string(input), input[3]);
  }
  return {{DType::float32, window_output(window, input, filter[3])}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const auto conv = graph[id].as<Conv2dAttributes>();
  const ValueId input = graph[id].inputs[0];
  const ValueId filter = graph[id].inputs[1];
  const ValueId dy = output_gradients[0];
  return {ops::conv_2d_backward_input(graph, dy, filter, {conv, graph.shape(input)}),
          ops::conv_2d_backward_filter(graph, input, dy, {conv, graph.shape(filter)})};
}

}  // namespace

WindowExtent window_extent(std::int64_t input, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                           bool same) {
  const std::int64_t effective = (kernel - 1) * dilation + 1;
  if (!same) return {.output = (input - effective + stride) / stride, .pad_before = 0, .pad_after = 0};
  const std::int64_t output = (input + stride - 1) / stride;
  const std::int64_t padding = std::max<std::int64_t>(0, (output - 1) * stride + effective - input);
  return {.output = output, .pad_before = padding / 2, .pad_after = padding - padding / 2};
}

Shape window_output(const Window2d& window, const Shape& input, std::int64_t channels) {
  const auto rows =
      window_extent(input[1], window.kernel_height, window.stride_height, window.dilation_height, window.same);
  const auto columns =
      window_extent(input[2], window.kernel_width, window.stride_width, window.dilation_width, window.same);
  if (rows.output < 1 || columns.output < 1) {
    fail(ErrorKind::invalid_argument,
         "a window of {}x{} does not fit into the input {}: use a smaller window, fewer strides before it, or "
         "padding='same'",
         window.kernel_height, window.kernel_width, to_string(input));
  }
  return {input[0], rows.output, columns.output, channels};
}

const OpDef conv_2d_def = {.name = "conv_2d", .infer = infer, .gradient = gradient};

ValueId ops::conv_2d(Graph& graph, ValueId input, ValueId filter, Conv2dAttributes attributes) {
  return graph.add_node(conv_2d_def, attributes, {input, filter})[0];
}

}  // namespace mltk
