#include "train/finite.h"

#include <algorithm>
#include <cmath>

namespace mltk {
namespace {

/// "NaN" or "infinite", of the first value that is one.
std::string_view kind_of(std::span<const float> values) {
  const auto found = std::ranges::find_if(values, [](float value) { return !std::isfinite(value); });
  return std::isnan(*found) ? "NaN" : "infinite";
}

std::string describe(const Graph& graph, ValueId id, std::span<const float> values) {
  const Value& value = graph[id];
  const std::string_view kind = kind_of(values);
  if (value.kind == ValueKind::input) return fmt::format("the data of input '{}' hold {} values", value.name, kind);
  if (value.kind == ValueKind::variable) {
    return fmt::format("the weight '{}' holds {} values: the update before made them", value.variable->name, kind);
  }
  const Node& node = *graph.producer(id);
  const std::string source = to_string(node.scope.source);
  return fmt::format("{} values came first from '{}' in layer '{}'{}, tensor {}", kind, node.op->name, node.scope.layer,
                     source.empty() ? "" : fmt::format(" ({})", source), to_string(value.type.shape));
}

/// Values of variables that a step updates, to put them back.
class SavedVariables {
 public:
  explicit SavedVariables(const Graph& graph) : graph_(graph) {
    for (const VariableUpdate& update : graph.updates()) values_.push_back(update.variable->value);
  }
  ~SavedVariables() {
    for (std::size_t i = 0; i < values_.size(); ++i) graph_.updates()[i].variable->value = values_[i];
  }
  SavedVariables(const SavedVariables&) = delete;
  SavedVariables& operator=(const SavedVariables&) = delete;

 private:
  const Graph& graph_;
  std::vector<Tensor> values_;
};

}  // namespace

bool all_finite(std::span<const float> values) {
  // x * 0 is 0 for finite numbers only; a sum of those needs no branch.
  float sum = 0;
  for (const float value : values) sum += value * 0;
  return sum == 0;
}

std::string find_non_finite(const Graph& graph, std::span<const std::span<const float>> inputs, std::int64_t batch,
                            const StepInfo& info, ThreadPool& pool) {
  std::vector<ValueId> results;
  for (std::size_t v = 0; v < graph.values().size(); ++v) {
    if (graph.values()[v].kind == ValueKind::result) results.push_back({static_cast<std::int32_t>(v)});
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!all_finite(inputs[i])) return describe(graph, graph.inputs()[i], inputs[i]);
  }
  for (std::size_t v = 0; v < graph.values().size(); ++v) {
    if (graph.values()[v].kind != ValueKind::variable) continue;
    const auto values = graph.values()[v].variable->value.as<float>();
    if (!all_finite(values)) return describe(graph, {static_cast<std::int32_t>(v)}, values);
  }
  const SavedVariables saved(graph);
  Plan plan(graph, batch, results);
  plan.run(inputs, batch, info, pool);
  for (const ValueId id : results) {
    if (!all_finite(plan.value(id))) return describe(graph, id, plan.value(id));
  }
  return "a value was not finite in the step, and all are when it runs again";
}

}  // namespace mltk
