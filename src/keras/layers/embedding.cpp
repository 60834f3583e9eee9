#include "graph/ops/equal.h"
#include "graph/ops/gather.h"
#include "graph/ops/sub.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"input_dim", ArgumentKind::positive, "", "number of rows"},
    {"output_dim", ArgumentKind::positive, "", "values of a row"},
    {"embeddings_initializer", ArgumentKind::initializer, R"("uniform")", "first values of the rows"},
    {"embeddings_regularizer", ArgumentKind::regularizer, "null", "penalty on the rows"},
    {"activity_regularizer", ArgumentKind::regularizer, "null", "penalty on the output"},
    {"embeddings_constraint", ArgumentKind::constraint, "null", "constraint on the rows"},
    {"mask_zero", ArgumentKind::flag, "false", "index 0 stands for a step that does not count"},
    {"input_length", ArgumentKind::json, "null", "length of the sequences"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape>) {
  return {{"embeddings",
           {layer.get<std::int64_t>("input_dim"), layer.get<std::int64_t>("output_dim")},
           "embeddings_initializer",
           "embeddings_regularizer"}};
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const ValueId rows = ops::gather(graph, context.weight("embeddings"), context.input());
  if (context.layer.get<bool>("mask_zero")) {
    const ValueId is_zero = ops::equal(graph, context.input(), graph.add_scalar(0));
    graph.set_mask(rows, ops::sub(graph, graph.add_scalar(1), is_zero));
  }
  return rows;
}

}  // namespace

extern const LayerDef embedding_def;
const LayerDef embedding_def = {.class_name = "Embedding", .arguments = kArguments, .weights = weights, .call = call};

}  // namespace mltk::keras
