#include "train/cost.h"

#include "graph/ops/matmul.h"

namespace mltk {
namespace {

double elements(const Graph& graph, ValueId id, std::int64_t batch) {
  const Shape& shape = graph.shape(id);
  return static_cast<double>(shape.elements() * (shape.batched() ? batch : 1));
}

/// Two for each element of the filter at each place of the convolution's output.
double of_convolution(const Graph& graph, ValueId output, ValueId filter, std::int64_t batch) {
  const double places = elements(graph, output, batch) / static_cast<double>(graph.shape(output).back());
  return 2 * places * elements(graph, filter, batch);
}

}  // namespace

double operations(const Graph& graph, const Node& node, std::int64_t batch) {
  const std::string_view op = node.op->name;
  if (op == "conv_2d" || op == "depthwise_conv_2d") {
    return of_convolution(graph, node.outputs[0], node.inputs[1], batch);
  }
  if (op == "conv_2d_backward_input" || op == "depthwise_conv_2d_backward_input") {
    return of_convolution(graph, node.inputs[0], node.inputs[1], batch);
  }
  if (op == "conv_2d_backward_filter" || op == "depthwise_conv_2d_backward_filter") {
    return of_convolution(graph, node.inputs[1], node.outputs[0], batch);
  }
  if (op == "matmul") {
    const Shape& a = graph.shape(node.inputs[0]);
    const double rows = elements(graph, node.inputs[0], batch) / static_cast<double>(a.back());
    const bool transposed = node.as<MatmulAttributes>().transpose_a;
    const double inner = transposed ? rows : static_cast<double>(a.back());
    return 2 * inner * elements(graph, node.outputs[0], batch);
  }
  double most = 0;
  for (const ValueId input : node.inputs) most = std::max(most, elements(graph, input, batch));
  return std::max(most, elements(graph, node.outputs[0], batch));
}

}  // namespace mltk
