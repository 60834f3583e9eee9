#include "keras/layers/sequence.h"

#include "graph/ops/pad.h"
#include "graph/ops/reshape.h"

namespace mltk::keras {

Window2d row_window_of(const Layer& layer, const Json& size) {
  const Json& strides = layer.argument("strides");
  const Json config = layer.config();
  return {
      .kernel_width = size[0],
      .stride_width = strides[0],
      .dilation_width = config.contains("dilation_rate") ? config.at("dilation_rate")[0].get<std::int64_t>() : 1,
      .same = layer.argument("padding") == "same",
  };
}

ValueId as_row(Graph& graph, ValueId x) {
  const Shape& shape = graph.shape(x);
  return ops::reshape(graph, x, {shape[0], 1, shape[1], shape[2]});
}

ValueId from_row(Graph& graph, ValueId x) {
  const Shape& shape = graph.shape(x);
  return ops::reshape(graph, x, {shape[0], shape[2], shape[3]});
}

Window2d column_window_of(const Layer& layer) {
  const Window2d row = row_window_of(layer, layer.argument("pool_size"));
  return {.kernel_height = row.kernel_width, .stride_height = row.stride_width, .same = row.same};
}

ValueId as_column(Graph& graph, ValueId x) {
  const Shape& shape = graph.shape(x);
  return ops::reshape(graph, x, {shape[0], shape[1], 1, shape[2]});
}

ValueId from_column(Graph& graph, ValueId x) {
  const Shape& shape = graph.shape(x);
  return ops::reshape(graph, x, {shape[0], shape[1], shape[3]});
}

ValueId row_kernel(Graph& graph, ValueId kernel) {
  const Shape& shape = graph.shape(kernel);
  return ops::reshape(graph, kernel, {1, shape[0], shape[1], shape[2]});
}

ValueId causal_padded(const CallContext& context, ValueId x, const Window2d& window) {
  if (context.layer.argument("padding") != "causal") return x;
  const std::int64_t reach = (window.kernel_width - 1) * window.dilation_width;
  return ops::pad(context.graph, x, {.padding = {{0, 0}, {reach, 0}, {0, 0}}});
}

}  // namespace mltk::keras
