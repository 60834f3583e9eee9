#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace mltk {

/// An array of doubles in C order.
struct Doubles {
  std::vector<std::int64_t> dims;
  std::vector<double> values;
};

/// The outputs of a graph, computed in double precision by loops that follow the definition of each operator: no
/// blocks, no slices, no threads. Knows the operators of forward passes but the random ones. `inputs` follow the
/// graph's.
std::vector<Doubles> run_reference(const Graph& graph, const std::vector<std::vector<double>>& inputs,
                                   std::int64_t batch);

}  // namespace mltk
