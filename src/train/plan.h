#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "graph/graph.h"

namespace mltk {

/// What a step needs to know beside its data; random ops are a function of it.
struct StepInfo {
  std::uint64_t seed = 0;
  std::int64_t step = 0;  ///< since the start of training, from 0
};

/// A graph compiled for one largest batch size: kernels chosen, every buffer placed in one arena.
///
/// The batch is cut into slices whose number depends on the batch alone, not on the number of threads. Nodes are
/// grouped into phases: nodes on batched values run slice by slice, each slice on one thread; where a node reduces over
/// the batch (gradients of weights, batch statistics, sums of losses) the slices meet and their partial results are
/// combined in slice order. So 1, 2 or 16 threads give the same bytes. Nothing is allocated in run().
class Plan {
 public:
  /// Keep the outputs of `graph` and all its variable updates; `graph` must outlive the plan. `extra` values stay
  /// readable too (for inspection).
  Plan(const Graph& graph, std::int64_t largest_batch, std::span<const ValueId> extra = {});
  ~Plan();
  Plan(Plan&&) noexcept;
  Plan& operator=(Plan&&) noexcept;

  std::int64_t largest_batch() const;
  /// Bytes of the arena: what a step needs beside the variables.
  std::int64_t arena_bytes() const;

  /// Run one step on `batch` samples (1 <= batch <= largest_batch). `inputs` follow graph.inputs(), f32; a batched
  /// one holds batch * elements values. At the end the graph's updates are applied to their variables.
  void run(std::span<const std::span<const float>> inputs, std::int64_t batch, const StepInfo& info, ThreadPool& pool);

  /// An output of the graph (or an extra value) after run(): batch * elements values when batched. Valid until the
  /// next run().
  std::span<const float> value(ValueId id) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mltk
