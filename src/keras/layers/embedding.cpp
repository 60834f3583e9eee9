#include "graph/ops/gather.h"
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
    {"mask_zero", ArgumentKind::off, "false", "skip index 0"},
    {"input_length", ArgumentKind::json, "null", "length of the sequences"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape>) {
  return {{"embeddings",
           {layer.get<std::int64_t>("input_dim"), layer.get<std::int64_t>("output_dim")},
           "embeddings_initializer",
           "embeddings_regularizer"}};
}

ValueId call(const CallContext& context) {
  return ops::gather(context.graph, context.weight("embeddings"), context.input());
}

}  // namespace

extern const LayerDef embedding_def;
const LayerDef embedding_def = {.class_name = "Embedding", .arguments = kArguments, .weights = weights, .call = call};

}  // namespace mltk::keras
