#include "graph/ops/unstack.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"layer", ArgumentKind::layer, "", "layer that is called on each step"},
};

constexpr std::string_view kPaths[] = {"layer"};

std::vector<std::shared_ptr<Layer>> children(const Layer& layer) { return {layer_from_json(layer.argument("layer"))}; }

Shape child_input(const Layer&, const Shape& input) {
  if (input.rank() < 3) {
    fail(ErrorKind::invalid_argument, "the input {} has no axis of steps after the batch", to_string(input));
  }
  std::vector<std::int64_t> dims(input.begin(), input.end());
  dims.erase(dims.begin() + 1);
  return Shape(dims);
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  std::vector<ValueId> outputs;
  for (const ValueId step : ops::unstack(graph, context.input(), {1})) {
    outputs.push_back(context.layer.children()[0]->call(graph, std::vector{step}, context.training));
  }
  return ops::stack(graph, outputs, 1);
}

}  // namespace

extern const LayerDef time_distributed_def;
const LayerDef time_distributed_def = {.class_name = "TimeDistributed",
                                       .arguments = kArguments,
                                       .call = call,
                                       .children = children,
                                       .child_input = child_input,
                                       .named_children = false,
                                       .child_paths = kPaths};

}  // namespace mltk::keras
