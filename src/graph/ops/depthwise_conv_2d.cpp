#include "graph/ops/depthwise_conv_2d.h"

#include "graph/ops/depthwise_conv_2d_backward_filter.h"
#include "graph/ops/depthwise_conv_2d_backward_input.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const Window2d& window = std::any_cast<const DepthwiseConv2dAttributes&>(attributes).window;
  const Shape& input = inputs[0].shape;
  const Shape& filter = inputs[1].shape;
  MLTK_ASSERT(input.rank() == 4 && filter.rank() == 4);
  if (filter[2] != input[3]) {
    fail(ErrorKind::invalid_argument, "the filter {} is made for {} input channels, but the input {} has {}",
         to_string(filter), filter[2], to_string(input), input[3]);
  }
  return {{DType::float32, window_output(window, input, filter[2] * filter[3])}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const Window2d window = graph[id].as<DepthwiseConv2dAttributes>().window;
  const ValueId input = graph[id].inputs[0];
  const ValueId filter = graph[id].inputs[1];
  const ValueId dy = output_gradients[0];
  return {ops::depthwise_conv_2d_backward_input(graph, dy, filter, {window, graph.shape(input)}),
          ops::depthwise_conv_2d_backward_filter(graph, input, dy, {window, graph.shape(filter)})};
}

}  // namespace

const OpDef depthwise_conv_2d_def = {.name = "depthwise_conv_2d", .infer = infer, .gradient = gradient};

ValueId ops::depthwise_conv_2d(Graph& graph, ValueId input, ValueId filter, DepthwiseConv2dAttributes attributes) {
  return graph.add_node(depthwise_conv_2d_def, attributes, {input, filter})[0];
}

}  // namespace mltk
