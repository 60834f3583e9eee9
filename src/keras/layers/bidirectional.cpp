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
  }
  return {layer_from_json(forward), layer_from_json(backward)};
}

/// The results of one direction; `states` begins with those of this one.
std::vector<ValueId> run(const CallContext& context, const Layer& child, std::span<const ValueId> states) {
  std::vector<ValueId> inputs = {context.input()};
  inputs.insert(inputs.end(), states.begin(), states.end());
  Json keywords = {{"zero_output_for_mask", child.get<bool>("return_sequences")}};
  if (const ValueId mask = context.mask(); mask.valid()) {
    keywords["mask"] = {{"$tensor", inputs.size()}};
    inputs.push_back(mask);
  }
  return child.call_all(context.graph, inputs, context.training, "", keywords);
}

/// Both results as one, or both.
std::vector<ValueId> merge(const CallContext& context, ValueId forward, ValueId backward) {
  Graph& graph = context.graph;
  const Json& mode = context.layer.argument("merge_mode");
  if (mode.is_null()) return {forward, backward};
  if (mode == "concat") return {ops::concat(graph, {forward, backward}, {-1})};
  if (mode == "mul") return {ops::mul(graph, forward, backward)};
  const ValueId sum = ops::add(graph, forward, backward);
  if (mode == "sum") return {sum};
  if (mode == "ave") return {ops::mul(graph, sum, graph.add_scalar(0.5F))};
  fail(ErrorKind::invalid_argument, "merge_mode={}, expected 'concat', 'sum', 'mul', 'ave' or None", mode.dump());
}

std::vector<ValueId> call(const CallContext& context) {
  const auto& children = context.layer.children();
  const auto states = context.inputs.subspan(1);
  if (states.size() % 2 != 0) {
    fail(ErrorKind::invalid_argument, "initial_state has {} tensors, expected those of both directions", states.size());
  }
  const std::vector<ValueId> forward = run(context, *children[0], states.first(states.size() / 2));
  const std::vector<ValueId> backward = run(context, *children[1], states.subspan(states.size() / 2));
  ValueId turned = backward[0];
  if (children[0]->get<bool>("return_sequences")) turned = ops::reverse(context.graph, turned, {1});
  std::vector<ValueId> results = merge(context, forward[0], turned);
  results.insert(results.end(), forward.begin() + 1, forward.end());
  results.insert(results.end(), backward.begin() + 1, backward.end());
  return results;
}

ValueId mask(const CallContext& context) {
  return context.layer.children()[0]->get<bool>("return_sequences") ? context.mask() : ValueId{};
}

}  // namespace

extern const LayerDef bidirectional_def;
const LayerDef bidirectional_def = {.class_name = "Bidirectional",
                                    .arguments = kArguments,
                                    .most_inputs = 5,
                                    .call_all = call,
                                    .children = children,
                                    .child_paths = kPaths,
                                    .mask = mask};

}  // namespace mltk::keras
