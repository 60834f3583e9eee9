#include "graph/ops/batch_matmul.h"
#include "graph/ops/mul.h"
#include "keras/layers/attend.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"use_scale", ArgumentKind::flag, "false", "learn a factor of the scores"},
    {"score_mode", ArgumentKind::json, R"("dot")", "dot"},
    {"dropout", ArgumentKind::rate, "0.0", "share of attention weights that become 0"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape>) {
  if (layer.argument("score_mode") != "dot") {
    fail(ErrorKind::unsupported, "score_mode={} is not supported, only 'dot'", layer.argument("score_mode").dump());
  }
  if (!layer.get<bool>("use_scale")) return {};
  return {{"scale", {}, "Ones", ""}};
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  check_attention_inputs(context);
  ValueId scores = ops::batch_matmul(graph, context.inputs[0], context.inputs.back(), {.transpose_b = true});
  if (context.layer.get<bool>("use_scale")) scores = ops::mul(graph, scores, context.weight("scale"));
  return attend(context, scores);
}

}  // namespace

extern const LayerDef attention_def;
const LayerDef attention_def = {.class_name = "Attention",
                                .arguments = kArguments,
                                .most_inputs = 3,
                                .weights = weights,
                                .call = call,
                                .mask = mask_of_query};

}  // namespace mltk::keras
