#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/thread_pool.h"
#include "graph/graph.h"
#include "train/plan.h"

namespace mltk {

/// Whether no value is NaN or infinite.
bool all_finite(std::span<const float> values);

/// Runs the step once more with all values kept and names the first one that is not finite, in the order of the graph:
/// an input, a weight, or the result of an operator with its layer. Variables are left as they are. Needs much memory:
/// for the one step that went wrong.
std::string find_non_finite(const Graph& graph, std::span<const std::span<const float>> inputs, std::int64_t batch,
                            const StepInfo& info, ThreadPool& pool);

}  // namespace mltk
