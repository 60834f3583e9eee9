#include "train/plan.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <optional>

#include "memory/greedy_planner.h"
#include "train/kernels/kernel.h"

namespace mltk {
namespace {

using kernels::KernelContext;
using kernels::KernelDef;

/// Most slices that a batch is cut into, and fewest samples in one (but for the last ones): enough to keep the cores of
/// a desktop busy, few enough that adding up their gradients is cheap.
constexpr std::int64_t kMostSlices = 8;
constexpr std::int64_t kFewestSamples = 4;
constexpr std::int64_t kAlignment = 64;

/// Number of slices of a batch: a function of the batch alone, so that the arithmetic of a step is one, too.
std::int64_t slice_count(std::int64_t batch) {
  return std::clamp<std::int64_t>(batch / kFewestSamples, 1, kMostSlices);
}

/// Most samples in a slice of any batch up to `largest_batch`.
std::int64_t most_samples(std::int64_t largest_batch) {
  std::int64_t most = 0;
  for (std::int64_t batch = 1; batch <= largest_batch; ++batch) {
    most = std::max(most, (batch + slice_count(batch) - 1) / slice_count(batch));
  }
  return most;
}

std::int64_t aligned_bytes(std::int64_t floats) {
  return (floats * static_cast<std::int64_t>(sizeof(float)) + kAlignment - 1) / kAlignment * kAlignment;
}

/// Zeroed memory in huge pages where the system has them.
class Arena {
 public:
  explicit Arena(std::int64_t bytes) : bytes_(std::max<std::int64_t>(bytes, kAlignment)) {
    data_ = static_cast<std::byte*>(
        ::mmap(nullptr, static_cast<std::size_t>(bytes_), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (data_ == MAP_FAILED) {
      fail(ErrorKind::io, "training needs {} bytes of memory, which the system does not have: use a smaller batch_size",
           bytes_);
    }
    ::madvise(data_, static_cast<std::size_t>(bytes_), MADV_HUGEPAGE);
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { ::munmap(data_, static_cast<std::size_t>(bytes_)); }

  float* at(std::int64_t offset) const { return reinterpret_cast<float*>(data_ + offset); }

 private:
  std::int64_t bytes_;
  std::byte* data_;
};

/// Where a value lives during a step.
enum class Place : std::uint8_t {
  fed,       ///< in the caller's memory
  variable,  ///< in its Variable
  constant,  ///< in the graph
  global,    ///< in the global part of the arena
  slice,     ///< in the part of each slice
};

/// A node with its kernel.
struct Task {
  NodeId node;
  const KernelDef* kernel = nullptr;
  bool reduces = false;  ///< runs on slices, its outputs are combined
};

/// Nodes between two meetings of the slices.
struct Phase {
  std::vector<Task> combine;  ///< reductions of the phase before
  std::vector<Task> global;
  std::vector<Task> sliced;
};

}  // namespace

struct Plan::State {
  const Graph& graph;
  std::int64_t largest_batch;
  std::int64_t most_slices;
  std::int64_t slice_capacity;  ///< most samples in a slice

  std::vector<Phase> phases;
  std::vector<Place> places;                  // by value
  std::vector<std::int64_t> offsets;          // by value: in the global or the slice part
  std::vector<std::int64_t> partial_offsets;  // by value: of a reduction's partial result, in the slice part
  std::vector<ValueId> gathered;              // batched values that stay readable
  std::vector<std::int64_t> gather_offsets;   // by value: in the global part
  std::int64_t global_bytes = 0;
  std::int64_t slice_bytes = 0;
  std::int64_t scratch_offset = 0;         // in the slice part
  std::int64_t global_scratch_offset = 0;  // in the global part
  std::optional<Arena> arena;

  // Of the step that runs.
  std::vector<const float*> fed;  // by value
  std::int64_t batch = 0;
  std::int64_t slices = 0;
  StepInfo info;

  // Scratch space for run(), so that it allocates nothing.
  std::vector<std::vector<const float*>> input_pointers;  // by slice; the last one is for global nodes
  std::vector<std::vector<float*>> output_pointers;
  std::vector<std::vector<std::span<const float>>> partials;
  std::vector<std::int64_t> samples;
  std::vector<std::span<float>> results;
  std::size_t phase_index = 0;
  std::function<void(int)> run_slice;

  State(const Graph& graph_, std::int64_t largest_batch_, std::span<const ValueId> extra);

  bool batched(ValueId id) const { return graph[id].type.batched(); }
  std::int64_t slice_begin(std::int64_t slice) const { return batch * slice / slices; }

  std::vector<bool> find_live_nodes(std::span<const ValueId> kept) const;
  void form_phases(const std::vector<bool>& live);
  void place_values(std::span<const ValueId> kept);

  const float* input_pointer(ValueId id, std::int64_t slice) const;
  float* slice_pointer(std::int64_t slice, std::int64_t offset) const {
    return arena->at(global_bytes + slice * slice_bytes + offset);
  }
  void run_task(const Task& task, std::int64_t slice, std::int64_t first, std::int64_t count);
  void run_phase_slice(std::int64_t slice);
  void combine(const Task& task);
  void gather();
};

Plan::State::State(const Graph& graph_, std::int64_t largest_batch_, std::span<const ValueId> extra)
    : graph(graph_),
      largest_batch(largest_batch_),
      most_slices(slice_count(largest_batch_)),
      slice_capacity(most_samples(largest_batch_)) {
  MLTK_ASSERT(largest_batch >= 1);
  std::vector<ValueId> kept(graph.outputs().begin(), graph.outputs().end());
  kept.insert(kept.end(), extra.begin(), extra.end());
  for (const VariableUpdate& update : graph.updates()) kept.push_back(update.value);

  form_phases(find_live_nodes(kept));
  place_values(kept);

  fed.resize(graph.values().size());
  std::size_t most_inputs = 0;
  std::size_t most_outputs = 0;
  for (const Node& node : graph.nodes()) {
    most_inputs = std::max(most_inputs, node.inputs.size());
    most_outputs = std::max(most_outputs, node.outputs.size());
  }
  input_pointers.assign(static_cast<std::size_t>(most_slices) + 1, std::vector<const float*>(most_inputs));
  output_pointers.assign(static_cast<std::size_t>(most_slices) + 1, std::vector<float*>(most_outputs));
  partials.assign(static_cast<std::size_t>(most_slices), std::vector<std::span<const float>>(most_outputs));
  samples.resize(static_cast<std::size_t>(most_slices));
  results.resize(most_outputs);
  run_slice = [this](int slice) { run_phase_slice(slice); };
}

std::vector<bool> Plan::State::find_live_nodes(std::span<const ValueId> kept) const {
  std::vector<bool> live(graph.nodes().size());
  std::vector<ValueId> open(kept.begin(), kept.end());
  while (!open.empty()) {
    const NodeId id = graph[open.back()].producer;
    open.pop_back();
    if (!id.valid() || live[static_cast<std::size_t>(id.index)]) continue;
    live[static_cast<std::size_t>(id.index)] = true;
    open.insert(open.end(), graph[id].inputs.begin(), graph[id].inputs.end());
  }
  return live;
}

void Plan::State::form_phases(const std::vector<bool>& live) {
  // The phase in which a value is there; a reduction's result is there one phase later.
  std::vector<std::size_t> available(graph.values().size());
  phases.resize(1);
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (!live[i]) continue;
    const NodeId id{static_cast<std::int32_t>(i)};
    const Node& node = graph[id];
    std::size_t phase = 0;
    bool any_batched = false;
    for (const ValueId input : node.inputs) {
      phase = std::max(phase, available[static_cast<std::size_t>(input.index)]);
      any_batched = any_batched || batched(input);
    }
    const bool gives_batch = batched(node.outputs[0]);
    const Task task{id, &kernels::find_kernel(node.op->name), any_batched && !gives_batch};
    const std::size_t ready = phase + (task.reduces ? 1 : 0);
    phases.resize(std::max(phases.size(), ready + 1));
    (any_batched || gives_batch ? phases[phase].sliced : phases[phase].global).push_back(task);
    if (task.reduces) phases[ready].combine.push_back(task);
    for (const ValueId output : node.outputs) available[static_cast<std::size_t>(output.index)] = ready;
  }
}

void Plan::State::place_values(std::span<const ValueId> kept) {
  const std::size_t count = graph.values().size();
  places.resize(count);
  offsets.resize(count);
  partial_offsets.resize(count);
  gather_offsets.resize(count);

  constexpr std::int32_t kNever = -1;
  std::vector<std::int32_t> first(count, kNever);
  std::vector<std::int32_t> last(count, kNever);
  std::vector<std::int32_t> partial_first(count, kNever);
  std::vector<std::int32_t> partial_last(count, kNever);
  std::int64_t scratch = 0;
  std::int64_t global_scratch = 0;
  std::int32_t time = 0;

  // The time of the schedule: combinations, global nodes, then the nodes of a slice, phase after phase. A slice's
  // memory is its own, so its nodes need no regard for where other slices are.
  for (const Phase& phase : phases) {
    for (const Task& task : phase.combine) {
      for (const ValueId output : graph[task.node].outputs) {
        const auto v = static_cast<std::size_t>(output.index);
        partial_last[v] = time;
        first[v] = last[v] = time;
      }
      ++time;
    }
    for (const auto* tasks : {&phase.global, &phase.sliced}) {
      for (const Task& task : *tasks) {
        const Node& node = graph[task.node];
        for (const ValueId input : node.inputs) last[static_cast<std::size_t>(input.index)] = time;
        for (const ValueId output : node.outputs) {
          const auto v = static_cast<std::size_t>(output.index);
          (task.reduces ? partial_first : first)[v] = time;
          (task.reduces ? partial_last : last)[v] = time;
        }
        if (task.kernel->scratch != nullptr) {
          const bool is_global = tasks == &phase.global;
          std::int64_t& most = is_global ? global_scratch : scratch;
          most = std::max(most, task.kernel->scratch(graph, node, is_global ? 1 : slice_capacity));
        }
        ++time;
      }
    }
  }
  // Global values that slices read must outlive the phase, in which the slices are at different nodes.
  std::int32_t phase_begin = 0;
  for (const Phase& phase : phases) {
    const auto phase_end = static_cast<std::int32_t>(
        phase_begin + static_cast<std::int32_t>(phase.combine.size() + phase.global.size() + phase.sliced.size()));
    const auto sliced_begin = phase_end - static_cast<std::int32_t>(phase.sliced.size());
    for (std::size_t v = 0; v < count; ++v) {
      if (!batched({static_cast<std::int32_t>(v)}) && last[v] >= sliced_begin && last[v] < phase_end)
        last[v] = phase_end;
    }
    phase_begin = phase_end;
  }
  for (const ValueId id : kept) {
    last[static_cast<std::size_t>(id.index)] = std::numeric_limits<std::int32_t>::max();
  }

  std::vector<BufferLifetime> global_buffers;
  std::vector<std::int64_t*> global_targets;
  std::vector<BufferLifetime> slice_buffers;
  std::vector<std::int64_t*> slice_targets;
  for (std::size_t v = 0; v < count; ++v) {
    const Value& value = graph.values()[v];
    const std::int64_t elements = value.type.shape.elements();
    switch (value.kind) {
      case ValueKind::input: places[v] = Place::fed; break;
      case ValueKind::variable: places[v] = Place::variable; break;
      case ValueKind::constant: places[v] = Place::constant; break;
      case ValueKind::result: places[v] = value.type.batched() ? Place::slice : Place::global; break;
    }
    if (first[v] != kNever && places[v] == Place::slice) {
      slice_buffers.push_back({aligned_bytes(elements * slice_capacity), first[v], last[v]});
      slice_targets.push_back(&offsets[v]);
    }
    if (first[v] != kNever && places[v] == Place::global) {
      global_buffers.push_back({aligned_bytes(elements), first[v], last[v]});
      global_targets.push_back(&offsets[v]);
    }
    if (partial_first[v] != kNever) {
      slice_buffers.push_back({aligned_bytes(elements), partial_first[v], partial_last[v]});
      slice_targets.push_back(&partial_offsets[v]);
    }
  }
  for (const ValueId id : kept) {
    const auto v = static_cast<std::size_t>(id.index);
    if (places[v] != Place::slice || std::ranges::find(gathered, id) != gathered.end()) continue;
    gathered.push_back(id);
    global_buffers.push_back(
        {aligned_bytes(graph.shape(id).elements() * largest_batch), 0, std::numeric_limits<std::int32_t>::max()});
    global_targets.push_back(&gather_offsets[v]);
  }

  const MemoryPlan global_plan = plan_memory(global_buffers);
  for (std::size_t i = 0; i < global_targets.size(); ++i) *global_targets[i] = global_plan.offsets[i];
  const MemoryPlan slice_plan = plan_memory(slice_buffers);
  for (std::size_t i = 0; i < slice_targets.size(); ++i) *slice_targets[i] = slice_plan.offsets[i];
  global_scratch_offset = global_plan.size_bytes;
  global_bytes = global_plan.size_bytes + aligned_bytes(global_scratch);
  scratch_offset = slice_plan.size_bytes;
  slice_bytes = slice_plan.size_bytes + aligned_bytes(scratch);
  arena.emplace(global_bytes + most_slices * slice_bytes);
}

const float* Plan::State::input_pointer(ValueId id, std::int64_t slice) const {
  const auto v = static_cast<std::size_t>(id.index);
  switch (places[v]) {
    case Place::fed: return fed[v] + (batched(id) ? slice_begin(slice) * graph.shape(id).elements() : 0);
    case Place::variable: return graph[id].variable->value.as<float>().data();
    case Place::constant: return graph[id].constant.as<float>().data();
    case Place::global: return arena->at(offsets[v]);
    case Place::slice: return slice_pointer(slice, offsets[v]);
  }
  return nullptr;
}

void Plan::State::run_task(const Task& task, std::int64_t slice, std::int64_t first, std::int64_t count) {
  const Node& node = graph[task.node];
  const bool is_global = slice == most_slices;
  auto& inputs = input_pointers[static_cast<std::size_t>(slice)];
  auto& outputs = output_pointers[static_cast<std::size_t>(slice)];
  for (std::size_t i = 0; i < node.inputs.size(); ++i) inputs[i] = input_pointer(node.inputs[i], slice);
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    const auto v = static_cast<std::size_t>(node.outputs[i].index);
    outputs[i] = is_global      ? arena->at(offsets[v])
                 : task.reduces ? slice_pointer(slice, partial_offsets[v])
                                : slice_pointer(slice, offsets[v]);
  }
  task.kernel->run({
      .graph = &graph,
      .node = &node,
      .inputs = std::span(inputs).first(node.inputs.size()),
      .outputs = std::span(outputs).first(node.outputs.size()),
      .batch = count,
      .first_sample = first,
      .step = &info,
      .scratch = is_global ? arena->at(global_scratch_offset) : slice_pointer(slice, scratch_offset),
  });
}

void Plan::State::run_phase_slice(std::int64_t slice) {
  const std::int64_t first = slice_begin(slice);
  const std::int64_t count = slice_begin(slice + 1) - first;
  for (const Task& task : phases[phase_index].sliced) run_task(task, slice, first, count);
}

void Plan::State::combine(const Task& task) {
  const Node& node = graph[task.node];
  const auto filled = static_cast<std::size_t>(slices);
  for (std::int64_t slice = 0; slice < slices; ++slice) {
    const std::int64_t count = slice_begin(slice + 1) - slice_begin(slice);
    const auto s = static_cast<std::size_t>(slice);
    samples[s] = count;
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      const auto elements = static_cast<std::size_t>(graph.shape(node.outputs[k]).elements());
      partials[s][k] = {slice_pointer(slice, partial_offsets[static_cast<std::size_t>(node.outputs[k].index)]),
                        elements};
    }
  }
  for (std::size_t k = 0; k < node.outputs.size(); ++k) {
    results[k] = {arena->at(offsets[static_cast<std::size_t>(node.outputs[k].index)]), partials[0][k].size()};
  }
  if (node.op->combine != nullptr) {
    node.op->combine(node, std::span(partials).first(filled), std::span(samples).first(filled),
                     std::span(results).first(node.outputs.size()));
    return;
  }
  for (std::size_t k = 0; k < node.outputs.size(); ++k) {
    std::ranges::copy(partials[0][k], results[k].begin());
    for (std::size_t i = 1; i < filled; ++i) {
      for (std::size_t e = 0; e < results[k].size(); ++e) results[k][e] += partials[i][k][e];
    }
  }
}

void Plan::State::gather() {
  for (const ValueId id : gathered) {
    const auto v = static_cast<std::size_t>(id.index);
    const std::int64_t elements = graph.shape(id).elements();
    for (std::int64_t slice = 0; slice < slices; ++slice) {
      const std::int64_t first = slice_begin(slice);
      const std::int64_t count = slice_begin(slice + 1) - first;
      std::copy_n(slice_pointer(slice, offsets[v]), count * elements, arena->at(gather_offsets[v]) + first * elements);
    }
  }
}

Plan::Plan(const Graph& graph, std::int64_t largest_batch, std::span<const ValueId> extra)
    : state_(std::make_unique<State>(graph, largest_batch, extra)) {}
Plan::~Plan() = default;
Plan::Plan(Plan&&) noexcept = default;
Plan& Plan::operator=(Plan&&) noexcept = default;

std::int64_t Plan::largest_batch() const { return state_->largest_batch; }

std::int64_t Plan::arena_bytes() const { return state_->global_bytes + state_->slices * state_->slice_bytes; }

void Plan::run(std::span<const std::span<const float>> inputs, std::int64_t batch, const StepInfo& info,
               ThreadPool& pool) {
  State& state = *state_;
  MLTK_ASSERT(batch >= 1 && batch <= state.largest_batch);
  MLTK_ASSERT(inputs.size() == state.graph.inputs().size());
  state.batch = batch;
  state.slices = slice_count(batch);
  state.info = info;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ValueId id = state.graph.inputs()[i];
    const std::int64_t expected = state.graph.shape(id).elements() * (state.batched(id) ? batch : 1);
    MLTK_ASSERT(static_cast<std::int64_t>(inputs[i].size()) == expected);
    state.fed[static_cast<std::size_t>(id.index)] = inputs[i].data();
  }

  for (state.phase_index = 0; state.phase_index < state.phases.size(); ++state.phase_index) {
    const Phase& phase = state.phases[state.phase_index];
    for (const Task& task : phase.combine) state.combine(task);
    for (const Task& task : phase.global) state.run_task(task, state.most_slices, 0, 1);
    if (!phase.sliced.empty()) pool.run(static_cast<int>(state.slices), state.run_slice);
  }
  state.gather();
  for (const VariableUpdate& update : state.graph.updates()) {
    std::ranges::copy(value(update.value), update.variable->value.as<float>().begin());
  }
}

std::span<const float> Plan::value(ValueId id) const {
  const State& state = *state_;
  const auto v = static_cast<std::size_t>(id.index);
  const std::int64_t elements = state.graph.shape(id).elements();
  if (state.places[v] == Place::slice) {
    return {state.arena->at(state.gather_offsets[v]), static_cast<std::size_t>(elements * state.batch)};
  }
  const std::int64_t count = elements * (state.batched(id) ? state.batch : 1);
  return {state.input_pointer(id, 0), static_cast<std::size_t>(count)};
}

}  // namespace mltk
