#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "train/kernels/chain.h"
#include "train/kernels/kernel.h"

namespace mltk {

/// What runs at once on some samples: a node with its kernel, or a chain of element-wise nodes.
struct Unit {
  std::vector<NodeId> nodes;
  const kernels::KernelDef* kernel = nullptr;  ///< of a single node
  std::optional<kernels::Chain> chain;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  std::vector<bool> reduces;  ///< by output: it sums up the batch, slices combine it

  const Node& node(const Graph& graph) const { return graph[nodes.front()]; }
  bool any_reduces() const;
  /// Whether it adds to what its reductions hold: to those of the tiles before.
  bool adds() const { return any_reduces() && (chain.has_value() || kernel->adds); }
};

/// A value that reduces over the batch: the partial results of slices become one.
struct Combination {
  NodeId node;
  std::vector<ValueId> outputs;
};

/// What happens between two meetings of the slices.
struct Phase {
  std::vector<Combination> combinations;  ///< of the phase before
  std::vector<Unit> global;               ///< on values without a batch
  std::vector<Unit> sliced;
};

/// Values that are cheap to compute from one other batched value (a normalization with its activation, a mask) are not
/// stored from phase to phase: each phase that reads them makes them again, tile by tile.
struct Phases {
  std::vector<Phase> phases;
  std::vector<bool> recomputed;  ///< by value
  /// Results that nobody in the graph reads, gradients of weights: combined when all phases are through.
  std::vector<Combination> last;
};

/// Order the nodes that `kept` values need into phases, and element-wise nodes into chains.
Phases form_phases(const Graph& graph, const std::vector<ValueId>& kept);

}  // namespace mltk
