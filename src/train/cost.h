#pragma once

#include <cstdint>

#include "graph/graph.h"

namespace mltk {

/// Multiplications and additions of a node for `batch` samples; those of padding count, as they do in published
/// numbers.
double operations(const Graph& graph, const Node& node, std::int64_t batch);

}  // namespace mltk
