#include "graph/composition.h"
#include "graph/ops/batch_matmul.h"
#include "graph/ops/reshape.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"axes", ArgumentKind::axes, "", "the axis, or one of each input, along which products are added up"},
    {"normalize", ArgumentKind::flag, "false", "scale vectors to length 1 first"},
};

/// x with `axis` last, or first after the batch, and the other axes joined: [N, M, K] or [N, K, M].
ValueId as_matrices(Graph& graph, ValueId x, std::int64_t axis) {
  const ValueId last = axis_to_end(graph, x, axis);
  const Shape& shape = graph.shape(last);
  return ops::reshape(graph, last, {shape[0], shape.elements() / shape.back(), shape.back()});
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  if (context.inputs.size() != 2) fail(ErrorKind::invalid_argument, "needs a list of 2 inputs");
  const Json& axes = context.layer.argument("axes");
  std::vector<ValueId> matrices;
  std::vector<std::int64_t> dims = {kBatch};
  for (std::size_t i = 0; i < 2; ++i) {
    const Shape& shape = graph.shape(context.inputs[i]);
    const std::int64_t axis = resolve_axis(shape, (axes.is_array() ? axes[i] : axes).get<std::int64_t>());
    ValueId x = context.inputs[i];
    if (context.layer.get<bool>("normalize")) x = l2_normalize(graph, x, axis);
    matrices.push_back(as_matrices(graph, x, axis));
    for (std::size_t k = 1; k < shape.rank(); ++k) {
      if (static_cast<std::int64_t>(k) != axis) dims.push_back(shape[k]);
    }
  }
  if (dims.size() == 1) dims.push_back(1);
  const ValueId product = ops::batch_matmul(graph, matrices[0], matrices[1], {.transpose_b = true});
  return ops::reshape(graph, product, Shape(dims));
}

}  // namespace

extern const LayerDef dot_def;
const LayerDef dot_def = {.class_name = "Dot", .arguments = kArguments, .most_inputs = 2, .call = call};

}  // namespace mltk::keras
