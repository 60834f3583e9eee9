#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "graph/graph.h"

namespace mltk {

/// What a step needs to know beside its data; random ops are a function of it.
struct StepInfo {
  std::uint64_t seed = 0;
  std::int64_t step = 0;  ///< since the start of training, from 0
};

/// Where the time of steps went: one unit that runs at once.
struct UnitProfile {
  std::string layer;      ///< of its first node
  std::string operation;  ///< names of its operators
  double seconds = 0;     ///< of all threads together, over the profiled steps
  double flops = 0;       ///< operations of one step
  double bytes = 0;       ///< that one step reads and writes
};

/// A graph compiled for one largest batch size: kernels chosen, every buffer placed in one arena.
///
/// The batch is cut into slices whose number depends on the batch alone, not on the number of threads. Nodes are
/// grouped into phases: nodes on batched values run slice by slice, each slice on one thread; where a node reduces over
/// the batch (gradients of weights, batch statistics, sums of losses) the slices meet and their partial results are
/// combined in slice order. So 1, 2 or 16 threads give the same bytes. Nothing is allocated in run().
///
/// Within a phase a slice goes tile by tile: a few samples pass all nodes while their values are in the cache, and what
/// lives for one phase only has memory for one tile. Element-wise nodes that follow each other are one pass (Chain).
class Plan {
 public:
  /// Keep the outputs of `graph` and all its variable updates; `graph` must outlive the plan. `extra` values stay
  /// readable too (for inspection).
  Plan(const Graph& graph, std::int64_t largest_batch, std::span<const ValueId> extra = {});
  ~Plan();
  Plan(Plan&&) noexcept;
  Plan& operator=(Plan&&) noexcept;

  std::int64_t largest_batch() const;
  /// Bytes of the arena that a step touches on so many threads: what it needs beside the variables.
  std::int64_t arena_bytes(int threads) const;

  /// Run one step on `batch` samples (1 <= batch <= largest_batch). `inputs` follow graph.inputs(), f32; a batched
  /// one holds batch * elements values. At the end the graph's updates are applied to their variables.
  void run(std::span<const std::span<const float>> inputs, std::int64_t batch, const StepInfo& info, ThreadPool& pool);

  /// From now on measure the units of run(). The clock costs some time itself.
  void start_profile();
  /// By unit in the order of a step, since start_profile(); of the batch size that ran last.
  std::vector<UnitProfile> profile() const;
  std::int64_t profiled_steps() const;

  /// An output of the graph (or an extra value) after run(): batch * elements values when batched. Valid until the
  /// next run().
  std::span<const float> value(ValueId id) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mltk
