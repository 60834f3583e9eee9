#include "graph/composition.h"
#include "graph/ops/reduce_max.h"
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
  const std::vector<ValueId> steps = ops::unstack(graph, context.input(), {1});
  const ValueId mask = context.mask();
  if (mask.valid() && graph.shape(mask).rank() > 2) {
    const std::vector<ValueId> masks = ops::unstack(graph, mask, {1});
    for (std::size_t i = 0; i < steps.size(); ++i) graph.set_mask(steps[i], masks[i]);
  }
  std::vector<ValueId> outputs;
  for (const ValueId step : steps) {
    outputs.push_back(context.layer.children()[0]->call(graph, std::vector{step}, context.training));
  }
  return ops::stack(graph, outputs, 1);
}

/// A step counts when a part of it does.
ValueId mask(const CallContext& context) {
  const ValueId given = context.mask();
  if (!given.valid() || context.graph.shape(given).rank() == 2) return given;
  return ops::reduce_max(context.graph, given, {.axes = axes_from(context.graph.shape(given), 2)});
}

}  // namespace

extern const LayerDef time_distributed_def;
const LayerDef time_distributed_def = {.class_name = "TimeDistributed",
                                       .arguments = kArguments,
                                       .call = call,
                                       .children = children,
                                       .child_input = child_input,
                                       .named_children = false,
                                       .child_paths = kPaths,
                                       .mask = mask};

}  // namespace mltk::keras
