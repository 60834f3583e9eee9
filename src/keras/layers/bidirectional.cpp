#include "graph/ops/add.h"
#include "graph/ops/concat.h"
#include "graph/ops/mul.h"
#include "graph/ops/reverse.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"layer", ArgumentKind::layer, "", "recurrent layer that runs forwards"},
    {"merge_mode", ArgumentKind::json, R"("concat")", "concat, sum, mul, ave; None gives both"},
    {"weights", ArgumentKind::unsupported, "null", "first values of the weights"},
    {"backward_layer", ArgumentKind::json, "null", "recurrent layer that runs backwards; None: as layer"},
};

constexpr std::string_view kPaths[] = {"forward_layer", "backward_layer"};

std::vector<std::shared_ptr<Layer>> children(const Layer& layer) {
  Json forward = layer.argument("layer");
  const auto name = forward.at("config").at("name").get<std::string>();
  Json backward = layer.argument("backward_layer");
  if (backward.is_null()) {
    backward = forward;
    backward["config"]["go_backwards"] = !forward["config"].value("go_backwards", false);
    backward["config"]["name"] = "backward_" + name;
  }
  forward["config"]["name"] = "forward_" + name;
  for (const Json* child : {&forward, &backward}) {
    if (!child->at("config").contains("go_backwards")) {
      fail(ErrorKind::invalid_argument, "{} is not a recurrent layer", child->at("class_name").get<std::string>());
    }
    if (child->at("config").value("return_state", false)) {
      fail(ErrorKind::unsupported, "return_state=True of the layer inside is not supported");
    }
  }
  return {layer_from_json(forward), layer_from_json(backward)};
}

std::vector<ValueId> call(const CallContext& context) {
  Graph& graph = context.graph;
  const auto& children = context.layer.children();
  const ValueId forward = children[0]->call(graph, context.inputs, context.training);
  ValueId backward = children[1]->call(graph, context.inputs, context.training);
  if (children[0]->get<bool>("return_sequences")) backward = ops::reverse(graph, backward, {1});
  const Json& mode = context.layer.argument("merge_mode");
  if (mode.is_null()) return {forward, backward};
  if (mode == "concat") return {ops::concat(graph, {forward, backward}, {-1})};
  if (mode == "mul") return {ops::mul(graph, forward, backward)};
  const ValueId sum = ops::add(graph, forward, backward);
  if (mode == "sum") return {sum};
  if (mode == "ave") return {ops::mul(graph, sum, graph.add_scalar(0.5F))};
  fail(ErrorKind::invalid_argument, "merge_mode={}, expected 'concat', 'sum', 'mul', 'ave' or None", mode.dump());
}

}  // namespace

extern const LayerDef bidirectional_def;
const LayerDef bidirectional_def = {.class_name = "Bidirectional",
                                    .arguments = kArguments,
                                    .call_all = call,
                                    .children = children,
                                    .child_paths = kPaths};

}  // namespace mltk::keras
