#pragma once

#include <vector>

#include "base/philox.h"
#include "graph/graph.h"
#include "train/plan.h"

namespace mltk {

/// Run a graph once and return its outputs, batched ones whole.
inline std::vector<std::vector<float>> run_graph(const Graph& graph, const std::vector<std::vector<float>>& inputs,
                                                 std::int64_t batch, int threads = 2, const StepInfo& info = {}) {
  Plan plan(graph, batch);
  ThreadPool pool(threads);
  std::vector<std::span<const float>> spans(inputs.begin(), inputs.end());
  plan.run(spans, batch, info, pool);
  std::vector<std::vector<float>> outputs;
  for (const ValueId id : graph.outputs()) {
    const auto value = plan.value(id);
    outputs.emplace_back(value.begin(), value.end());
  }
  return outputs;
}

inline std::vector<float> random_values(std::int64_t count, std::uint64_t seed, double low = -1, double high = 1) {
  Rng rng(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(rng.uniform(low, high));
  return values;
}

}  // namespace mltk
