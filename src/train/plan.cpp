#include "train/plan.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <limits>
#include <optional>

#include "memory/greedy_planner.h"
#include "train/cost.h"
#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"
#include "train/phases.h"

namespace mltk {
namespace {

/// Most slices that a batch is cut into, and fewest samples in one (but for the last ones): enough to keep the cores of
/// a desktop busy, few enough that adding up their gradients is cheap.
constexpr std::int64_t kMostSlices = 8;
constexpr std::int64_t kFewestSamples = 4;
constexpr std::int64_t kAlignment = 64;

/// Bytes of the values that a phase works on at a time: about half of a second-level cache. Fixed, because sums are
/// formed tile by tile.
constexpr std::int64_t kTileBytes = 512 * 1024;

/// Floats of a sum over slices that one task forms.
constexpr std::int64_t kChunk = 4096;
/// Sums of so many floats are spread over the threads.
constexpr std::int64_t kManyFloats = 16384;

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
  slice,     ///< in the part of each slice: it lives from phase to phase
  tile,      ///< in the part of each worker: it lives for one tile of a phase
};

/// Memory of the arena that is not planned yet: where it goes is written to `offset`.
struct Buffers {
  std::vector<BufferLifetime> lifetimes;
  std::vector<std::int64_t*> offsets;

  void add(std::int64_t floats, std::int32_t first, std::int32_t last, std::int64_t* offset) {
    lifetimes.push_back({aligned_bytes(floats), first, last});
    offsets.push_back(offset);
  }

  /// Returns the bytes of all.
  std::int64_t plan() const {
    const MemoryPlan result = plan_memory(lifetimes);
    for (std::size_t i = 0; i < offsets.size(); ++i) *offsets[i] = result.offsets[i];
    return result.size_bytes;
  }
};

/// What a unit needs beside its values.
struct UnitPlan {
  std::int64_t scratch = -1;                ///< offset in the part of a worker or in the global one
  std::vector<std::int64_t> tile_partials;  ///< by output: of a reduction that cannot add, in the part of a worker
  std::int64_t packed = -1;                 ///< offset in the global part
  std::size_t number = 0;                   ///< in the order of a step
};

struct PhasePlan {
  std::int64_t tile = 1;                   ///< most samples at a time
  std::vector<std::int64_t> tile_offsets;  ///< by value: in the part of a worker
  std::vector<UnitPlan> global;
  std::vector<UnitPlan> sliced;
};

/// A part of the sum of a result over the slices.
struct Chunk {
  ValueId value;
  std::int64_t begin, size;
};

/// Sums over slices: those that have a rule of their own, and those that are added up, in parts.
struct Combinations {
  std::vector<const Combination*> ruled;
  std::vector<Chunk> chunks;
  std::int64_t floats = 0;  ///< of the chunks
};

/// Pointers that a worker hands to kernels.
struct Pointers {
  std::vector<const float*> inputs;
  std::vector<float*> outputs;
  std::vector<kernels::ChainSlot> slots;
  std::vector<std::vector<std::span<const float>>> parts;
  std::vector<std::int64_t> samples;
  std::vector<std::span<float>> results;
};

/// An input of a kernel that is packed when a step or a phase begins.
struct Packing {
  const Unit* unit;
  const UnitPlan* plan;
};

constexpr std::int32_t kForever = std::numeric_limits<std::int32_t>::max();

}  // namespace

struct Plan::State {
  const Graph& graph;
  std::int64_t largest_batch;
  std::int64_t most_slices;
  std::int64_t slice_capacity;  ///< most samples in a slice

  Phases schedule;
  std::vector<PhasePlan> phase_plans;
  std::vector<Combinations> combinations;      // by phase, and those at the end
  std::vector<Packing> first_packings;         // of variables and constants
  std::vector<std::vector<Packing>> packings;  // by phase, of computed values
  std::vector<Place> places;                   // by value
  std::vector<std::int64_t> offsets;           // by value
  std::vector<std::int64_t> partial_offsets;   // by value: of a reduction's partial result, in the slice part
  std::vector<ValueId> gathered;               // batched values that stay readable
  std::vector<std::int64_t> gather_offsets;    // by value: in the global part
  std::int64_t global_bytes = 0;
  std::int64_t slice_bytes = 0;
  std::int64_t worker_bytes = 0;
  std::optional<Arena> arena;

  // Of the step that runs.
  std::vector<const float*> fed;  // by value
  std::int64_t batch = 0;
  std::int64_t slices = 0;
  StepInfo info;
  std::atomic<std::uint32_t> free_workers{0};  // bits
  std::size_t phase_index = 0;
  const Combinations* running_combinations = nullptr;

  bool profiles = false;
  std::int64_t profiled_steps = 0;
  std::size_t unit_count = 0;
  std::vector<std::vector<double>> unit_seconds;  // by worker (the last one is for global units), by unit

  // Made once, so that run() allocates nothing.
  std::vector<Pointers> pointers;  // by worker; the last one is for global units
  std::function<void(int)> run_slice;
  std::function<void(int)> run_chunk;
  std::function<void(int)> run_packing;

  State(const Graph& graph_, std::int64_t largest_batch_, std::span<const ValueId> extra);

  static std::size_t index(ValueId id) { return static_cast<std::size_t>(id.index); }
  bool batched(ValueId id) const { return graph[id].type.batched(); }
  std::int64_t slice_begin(std::int64_t slice) const { return batch * slice / slices; }

  std::int64_t tile_of(const Phase& phase) const;
  void find_places(const std::vector<ValueId>& kept);
  void place_values(const std::vector<ValueId>& kept);
  void place_packed(Buffers& global);
  Combinations split(const std::vector<Combination>& list) const;
  void reserve_pointers();

  float* slice_pointer(std::int64_t slice, std::int64_t offset) const {
    return arena->at(global_bytes + slice * slice_bytes + offset);
  }
  float* worker_pointer(std::int64_t worker, std::int64_t offset) const {
    return arena->at(global_bytes + most_slices * slice_bytes + worker * worker_bytes + offset);
  }
  const float* global_input(ValueId id) const;

  /// Some samples of a slice that a worker is at.
  struct Tile {
    std::int64_t worker, slice;
    std::int64_t first, count;  ///< samples, the first one counted from the start of the batch
    bool opens;                 ///< the first tile of its slice
  };
  float* tile_pointer(ValueId id, const Tile& tile) const;
  const float* input_pointer(ValueId id, const Tile& tile) const;
  void run_global(const Unit& unit, const UnitPlan& plan);
  void run_tile(const Unit& unit, const UnitPlan& plan, const Tile& tile);
  void run_unit(const Unit& unit, const UnitPlan& plan, Pointers& p, const Tile& tile, float* scratch, bool add) const;
  UnitProfile profile_of(const Unit& unit) const;
  void merge_partials(const Unit& unit, const UnitPlan& plan, const Tile& tile);
  void run_phase_slice(std::int64_t slice);
  void combine(const Combination& combination);
  void run_combinations(const Combinations& list, ThreadPool& pool);
  void add_slices(const Chunk& chunk) const;
  void pack(const Packing& packing) const;
  void gather() const;
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

  schedule = form_phases(graph, kept);
  place_values(kept);
  for (PhasePlan& plan : phase_plans) {
    for (auto* unit_plans : {&plan.global, &plan.sliced}) {
      for (UnitPlan& unit : *unit_plans) unit.number = unit_count++;
    }
  }
  for (const Phase& phase : schedule.phases) combinations.push_back(split(phase.combinations));
  combinations.push_back(split(schedule.last));
  unit_seconds.assign(static_cast<std::size_t>(most_slices) + 1, std::vector<double>(unit_count));
  fed.resize(graph.values().size());
  reserve_pointers();
  run_slice = [this](int slice) { run_phase_slice(slice); };
  run_chunk = [this](int chunk) { add_slices(running_combinations->chunks[static_cast<std::size_t>(chunk)]); };
  run_packing = [this](int i) { pack(first_packings[static_cast<std::size_t>(i)]); };
}

Combinations Plan::State::split(const std::vector<Combination>& list) const {
  Combinations result;
  for (const Combination& combination : list) {
    if (graph[combination.node].op->combine != nullptr) {
      result.ruled.push_back(&combination);
      continue;
    }
    for (const ValueId output : combination.outputs) {
      const std::int64_t elements = graph.shape(output).elements();
      result.floats += elements;
      for (std::int64_t begin = 0; begin < elements; begin += kChunk) {
        result.chunks.push_back({output, begin, std::min(kChunk, elements - begin)});
      }
    }
  }
  return result;
}

void Plan::State::reserve_pointers() {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  std::size_t slots = 0;
  for (const Phase& phase : schedule.phases) {
    for (const auto* units : {&phase.global, &phase.sliced}) {
      for (const Unit& unit : *units) {
        inputs = std::max(inputs, unit.inputs.size());
        outputs = std::max(outputs, unit.outputs.size());
        if (unit.chain) slots = std::max(slots, unit.chain->slot_count());
      }
    }
  }
  const auto parts = static_cast<std::size_t>(std::max<std::int64_t>(most_slices, 2));
  const Pointers each{.inputs = std::vector<const float*>(inputs),
                      .outputs = std::vector<float*>(outputs),
                      .slots = std::vector<kernels::ChainSlot>(slots),
                      .parts = std::vector(parts, std::vector<std::span<const float>>(outputs)),
                      .samples = std::vector<std::int64_t>(parts),
                      .results = std::vector<std::span<float>>(outputs)};
  pointers.assign(static_cast<std::size_t>(most_slices) + 1, each);
}

/// Samples at a time: as many as keep the values of the phase in the cache, more where the weights are larger than
/// that.
std::int64_t Plan::State::tile_of(const Phase& phase) const {
  std::vector<bool> seen(graph.values().size());
  std::int64_t sample_bytes = 0;
  std::int64_t shared_bytes = 0;
  for (const Unit& unit : phase.sliced) {
    for (const auto* values : {&unit.inputs, &unit.outputs}) {
      for (const ValueId id : *values) {
        if (seen[index(id)]) continue;
        seen[index(id)] = true;
        (batched(id) ? sample_bytes : shared_bytes) += aligned_bytes(graph.shape(id).elements());
      }
    }
  }
  const std::int64_t room = std::max(kTileBytes, 2 * shared_bytes);
  return std::clamp<std::int64_t>(room / std::max<std::int64_t>(sample_bytes, 1), 1, slice_capacity);
}

void Plan::State::place_packed(Buffers& global) {
  packings.resize(schedule.phases.size());
  for (std::size_t i = 0; i < schedule.phases.size(); ++i) {
    const auto add = [&](const Unit& unit, UnitPlan& plan) {
      if (unit.kernel == nullptr || unit.kernel->pack == nullptr) return;
      const std::int64_t floats = unit.kernel->packed_floats(graph, unit.node(graph));
      if (floats == 0) return;
      const ValueId input = unit.inputs[1];
      MLTK_ASSERT(!batched(input));
      global.add(floats, 0, kForever, &plan.packed);
      (graph[input].kind == ValueKind::result ? packings[i] : first_packings).push_back({&unit, &plan});
    };
    for (std::size_t u = 0; u < schedule.phases[i].sliced.size(); ++u) {
      add(schedule.phases[i].sliced[u], phase_plans[i].sliced[u]);
    }
    // Units without a batch are packed when they run.
    for (std::size_t u = 0; u < schedule.phases[i].global.size(); ++u) {
      const Unit& unit = schedule.phases[i].global[u];
      if (unit.kernel == nullptr || unit.kernel->pack == nullptr) continue;
      global.add(unit.kernel->packed_floats(graph, unit.node(graph)), 0, kForever, &phase_plans[i].global[u].packed);
    }
  }
}

/// Batched results live in the part of a slice when another phase reads them, else in that of a worker.
void Plan::State::find_places(const std::vector<ValueId>& kept) {
  std::vector<std::size_t> home(graph.values().size());
  std::vector<bool> stays(graph.values().size());
  for (std::size_t i = 0; i < schedule.phases.size(); ++i) {
    for (const Unit& unit : schedule.phases[i].sliced) {
      for (const ValueId output : unit.outputs) home[index(output)] = i;
      for (const ValueId input : unit.inputs) stays[index(input)] = stays[index(input)] || home[index(input)] != i;
    }
  }
  for (const ValueId id : kept) stays[index(id)] = true;
  for (std::size_t v = 0; v < places.size(); ++v) {
    const Value& value = graph.values()[v];
    switch (value.kind) {
      case ValueKind::input: places[v] = Place::fed; break;
      case ValueKind::variable: places[v] = Place::variable; break;
      case ValueKind::constant: places[v] = Place::constant; break;
      case ValueKind::result:
        places[v] = !value.type.batched()                 ? Place::global
                    : stays[v] && !schedule.recomputed[v] ? Place::slice
                                                          : Place::tile;
        break;
    }
  }
}

void Plan::State::place_values(const std::vector<ValueId>& kept) {
  const std::size_t count = graph.values().size();
  places.resize(count);
  offsets.resize(count);
  partial_offsets.resize(count);
  gather_offsets.resize(count);
  for (const Phase& phase : schedule.phases) {
    phase_plans.push_back({.tile = tile_of(phase),
                           .tile_offsets = std::vector<std::int64_t>(count, -1),
                           .global = std::vector<UnitPlan>(phase.global.size()),
                           .sliced = std::vector<UnitPlan>(phase.sliced.size())});
  }

  find_places(kept);

  constexpr std::int32_t kNever = -1;
  std::vector<std::int32_t> first(count, kNever);
  std::vector<std::int32_t> last(count, kNever);
  std::vector<std::int32_t> partial_first(count, kNever);
  std::vector<std::int32_t> partial_last(count, kNever);
  Buffers global;
  Buffers slice;
  Buffers worker;
  std::int32_t time = 0;

  // The time of the schedule: combinations, global units, then the units of a slice, phase after phase. A slice's
  // memory is its own, so its units need no regard for where other slices are.
  const auto combined = [&](const Combination& combination) {
    for (const ValueId output : combination.outputs) {
      partial_last[index(output)] = time;
      first[index(output)] = last[index(output)] = time;
    }
    ++time;
  };
  const auto scratch_of = [&](const Unit& unit, std::int64_t samples) {
    if (unit.chain) return unit.chain->scratch();
    return unit.kernel->scratch == nullptr ? 0 : unit.kernel->scratch(graph, unit.node(graph), samples);
  };
  for (std::size_t i = 0; i < schedule.phases.size(); ++i) {
    const Phase& phase = schedule.phases[i];
    PhasePlan& plan = phase_plans[i];
    for (const Combination& combination : phase.combinations) combined(combination);
    for (std::size_t u = 0; u < phase.global.size(); ++u) {
      const Unit& unit = phase.global[u];
      for (const ValueId input : unit.inputs) last[index(input)] = time;
      for (const ValueId output : unit.outputs) first[index(output)] = last[index(output)] = time;
      if (const auto scratch = scratch_of(unit, 1); scratch > 0)
        global.add(scratch, time, time, &plan.global[u].scratch);
      ++time;
    }
    const std::int32_t begin = time;
    std::vector<ValueId> in_tile;
    for (std::size_t u = 0; u < phase.sliced.size(); ++u) {
      const Unit& unit = phase.sliced[u];
      UnitPlan& unit_plan = plan.sliced[u];
      unit_plan.tile_partials.assign(unit.outputs.size(), -1);
      for (const ValueId input : unit.inputs) last[index(input)] = time;
      for (std::size_t k = 0; k < unit.outputs.size(); ++k) {
        const ValueId id = unit.outputs[k];
        if (unit.reduces[k]) {
          partial_first[index(id)] = time;
          if (!unit.adds()) worker.add(graph.shape(id).elements(), time, time, &unit_plan.tile_partials[k]);
          continue;
        }
        // Tiles of a slice follow each other: what stays has its memory from the first unit of the phase on.
        first[index(id)] = places[index(id)] == Place::tile ? time : begin;
        last[index(id)] = time;
        if (places[index(id)] == Place::tile) in_tile.push_back(id);
      }
      if (const auto scratch = scratch_of(unit, plan.tile); scratch > 0) {
        worker.add(scratch, time, time, &unit_plan.scratch);
      }
      ++time;
    }
    for (const ValueId id : in_tile) {
      const std::size_t v = index(id);
      worker.add(graph.shape(id).elements() * plan.tile, first[v], last[v], &plan.tile_offsets[v]);
    }
    // ... and keeps it until the phase is over, like what slices share and their partial sums.
    for (std::size_t v = 0; v < count; ++v) {
      if (last[v] >= begin) last[v] = time;
      if (partial_first[v] >= begin) partial_last[v] = time;
    }
  }
  for (const Combination& combination : schedule.last) combined(combination);
  for (const ValueId id : kept) last[index(id)] = kForever;

  for (std::size_t v = 0; v < count; ++v) {
    const std::int64_t elements = graph.values()[v].type.shape.elements();
    if (first[v] != kNever && places[v] == Place::global) global.add(elements, first[v], last[v], &offsets[v]);
    if (first[v] != kNever && places[v] == Place::slice) {
      slice.add(elements * slice_capacity, first[v], last[v], &offsets[v]);
    }
    if (partial_first[v] != kNever) slice.add(elements, partial_first[v], partial_last[v], &partial_offsets[v]);
  }
  for (const ValueId id : kept) {
    if (places[index(id)] != Place::slice || std::ranges::find(gathered, id) != gathered.end()) continue;
    gathered.push_back(id);
    global.add(graph.shape(id).elements() * largest_batch, 0, kForever, &gather_offsets[index(id)]);
  }
  place_packed(global);

  global_bytes = global.plan();
  slice_bytes = slice.plan();
  worker_bytes = worker.plan();
  arena.emplace(global_bytes + most_slices * (slice_bytes + worker_bytes));
}

const float* Plan::State::global_input(ValueId id) const {
  const std::size_t v = index(id);
  switch (places[v]) {
    case Place::fed: return fed[v];
    case Place::variable: return graph[id].variable->value.as<float>().data();
    case Place::constant: return graph[id].constant.as<float>().data();
    default: return arena->at(offsets[v]);
  }
}

float* Plan::State::tile_pointer(ValueId id, const Tile& tile) const {
  const std::size_t v = index(id);
  if (places[v] == Place::tile) return worker_pointer(tile.worker, phase_plans[phase_index].tile_offsets[v]);
  return slice_pointer(tile.slice, offsets[v]) + (tile.first - slice_begin(tile.slice)) * graph.shape(id).elements();
}

const float* Plan::State::input_pointer(ValueId id, const Tile& tile) const {
  const std::size_t v = index(id);
  if (!batched(id)) return global_input(id);
  if (places[v] == Place::fed) return fed[v] + tile.first * graph.shape(id).elements();
  return tile_pointer(id, tile);
}

void Plan::State::run_unit(const Unit& unit, const UnitPlan& plan, Pointers& p, const Tile& tile, float* scratch,
                           bool add) const {
  const auto inputs = std::span<const float* const>(p.inputs).first(unit.inputs.size());
  const auto outputs = std::span<float* const>(p.outputs).first(unit.outputs.size());
  if (unit.chain) {
    unit.chain->run(inputs, outputs, tile.count, scratch, add, p.slots);
    return;
  }
  unit.kernel->run({
      .graph = &graph,
      .node = &unit.node(graph),
      .inputs = inputs,
      .outputs = outputs,
      .batch = tile.count,
      .first_sample = tile.first,
      .step = &info,
      .scratch = scratch,
      .packed = plan.packed < 0 ? nullptr : arena->at(plan.packed),
      .add = add,
  });
}

/// Adds the time until its end to a sum.
class Stopwatch {
 public:
  Stopwatch(bool runs, double& seconds) : seconds_(runs ? &seconds : nullptr) {
    if (runs) start_ = std::chrono::steady_clock::now();
  }
  ~Stopwatch() {
    if (seconds_ == nullptr) return;
    *seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double* seconds_;
  std::chrono::steady_clock::time_point start_;
};

void Plan::State::run_global(const Unit& unit, const UnitPlan& plan) {
  const Stopwatch watch(profiles, unit_seconds.back()[plan.number]);
  if (plan.packed >= 0) pack({&unit, &plan});
  Pointers& p = pointers.back();
  for (std::size_t i = 0; i < unit.inputs.size(); ++i) p.inputs[i] = global_input(unit.inputs[i]);
  for (std::size_t i = 0; i < unit.outputs.size(); ++i) p.outputs[i] = arena->at(offsets[index(unit.outputs[i])]);
  run_unit(unit, plan, p, {.worker = 0, .slice = 0, .first = 0, .count = 1, .opens = true},
           plan.scratch < 0 ? nullptr : arena->at(plan.scratch), false);
}

void Plan::State::run_tile(const Unit& unit, const UnitPlan& plan, const Tile& tile) {
  const Stopwatch watch(profiles, unit_seconds[static_cast<std::size_t>(tile.worker)][plan.number]);
  Pointers& p = pointers[static_cast<std::size_t>(tile.worker)];
  for (std::size_t i = 0; i < unit.inputs.size(); ++i) p.inputs[i] = input_pointer(unit.inputs[i], tile);
  const bool merges = !tile.opens && !unit.adds();
  for (std::size_t k = 0; k < unit.outputs.size(); ++k) {
    const ValueId id = unit.outputs[k];
    p.outputs[k] = !unit.reduces[k] ? tile_pointer(id, tile)
                   : merges         ? worker_pointer(tile.worker, plan.tile_partials[k])
                                    : slice_pointer(tile.slice, partial_offsets[index(id)]);
  }
  run_unit(unit, plan, p, tile, plan.scratch < 0 ? nullptr : worker_pointer(tile.worker, plan.scratch),
           unit.adds() && !tile.opens);
  if (merges && unit.any_reduces()) merge_partials(unit, plan, tile);
}

/// The partial result of a tile joins those of the tiles before it.
void Plan::State::merge_partials(const Unit& unit, const UnitPlan& plan, const Tile& tile) {
  Pointers& p = pointers[static_cast<std::size_t>(tile.worker)];
  const Node& node = unit.node(graph);
  for (std::size_t k = 0; k < unit.outputs.size(); ++k) {
    const auto elements = static_cast<std::size_t>(graph.shape(unit.outputs[k]).elements());
    float* so_far = slice_pointer(tile.slice, partial_offsets[index(unit.outputs[k])]);
    const float* more = worker_pointer(tile.worker, plan.tile_partials[k]);
    if (node.op->combine == nullptr) simd::accumulate(more, so_far, static_cast<std::int64_t>(elements));
    p.parts[0][k] = {so_far, elements};
    p.parts[1][k] = {more, elements};
    p.results[k] = {so_far, elements};
  }
  if (node.op->combine == nullptr) return;
  p.samples[0] = tile.first - slice_begin(tile.slice);
  p.samples[1] = tile.count;
  node.op->combine(node, std::span(p.parts).first(2), std::span(p.samples).first(2),
                   std::span(p.results).first(unit.outputs.size()));
}

void Plan::State::run_phase_slice(std::int64_t slice) {
  // Any worker's memory will do; the lowest free one has been used last, so it is in the cache.
  std::uint32_t free = free_workers.load(std::memory_order_relaxed);
  while (!free_workers.compare_exchange_weak(free, free & (free - 1), std::memory_order_acquire)) {
  }
  const std::int64_t worker = std::countr_zero(free);
  const std::int64_t end = slice_begin(slice + 1);
  const PhasePlan& plan = phase_plans[phase_index];
  const auto& sliced = schedule.phases[phase_index].sliced;
  for (std::int64_t first = slice_begin(slice); first < end; first += plan.tile) {
    const Tile tile{.worker = worker,
                    .slice = slice,
                    .first = first,
                    .count = std::min(plan.tile, end - first),
                    .opens = first == slice_begin(slice)};
    for (std::size_t u = 0; u < sliced.size(); ++u) run_tile(sliced[u], plan.sliced[u], tile);
  }
  free_workers.fetch_or(1U << worker, std::memory_order_release);
}

void Plan::State::combine(const Combination& combination) {
  Pointers& p = pointers.back();
  const auto filled = static_cast<std::size_t>(slices);
  for (std::size_t s = 0; s < filled; ++s) {
    const auto slice = static_cast<std::int64_t>(s);
    p.samples[s] = slice_begin(slice + 1) - slice_begin(slice);
    for (std::size_t k = 0; k < combination.outputs.size(); ++k) {
      const ValueId id = combination.outputs[k];
      p.parts[s][k] = {slice_pointer(slice, partial_offsets[index(id)]),
                       static_cast<std::size_t>(graph.shape(id).elements())};
    }
  }
  for (std::size_t k = 0; k < combination.outputs.size(); ++k) {
    p.results[k] = {arena->at(offsets[index(combination.outputs[k])]), p.parts[0][k].size()};
  }
  const Node& node = graph[combination.node];
  node.op->combine(node, std::span(p.parts).first(filled), std::span(p.samples).first(filled),
                   std::span(p.results).first(combination.outputs.size()));
}

void Plan::State::add_slices(const Chunk& chunk) const {
  const std::size_t v = index(chunk.value);
  float* result = arena->at(offsets[v]) + chunk.begin;
  std::copy_n(slice_pointer(0, partial_offsets[v]) + chunk.begin, chunk.size, result);
  for (std::int64_t slice = 1; slice < slices; ++slice) {
    simd::accumulate(slice_pointer(slice, partial_offsets[v]) + chunk.begin, result, chunk.size);
  }
}

void Plan::State::run_combinations(const Combinations& list, ThreadPool& pool) {
  for (const Combination* combination : list.ruled) combine(*combination);
  if (list.floats >= kManyFloats) {
    running_combinations = &list;
    pool.run(static_cast<int>(list.chunks.size()), run_chunk);
    return;
  }
  for (const Chunk& chunk : list.chunks) add_slices(chunk);
}

void Plan::State::pack(const Packing& packing) const {
  packing.unit->kernel->pack(graph, packing.unit->node(graph), global_input(packing.unit->inputs[1]),
                             arena->at(packing.plan->packed));
}

void Plan::State::gather() const {
  for (const ValueId id : gathered) {
    const std::size_t v = index(id);
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

std::int64_t Plan::arena_bytes(int threads) const {
  const State& state = *state_;
  return state.global_bytes + state.most_slices * state.slice_bytes +
         std::min<std::int64_t>(threads, state.most_slices) * state.worker_bytes;
}

void Plan::run(std::span<const std::span<const float>> inputs, std::int64_t batch, const StepInfo& info,
               ThreadPool& pool) {
  State& state = *state_;
  MLTK_ASSERT(batch >= 1 && batch <= state.largest_batch);
  MLTK_ASSERT(inputs.size() == state.graph.inputs().size());
  state.batch = batch;
  state.slices = slice_count(batch);
  state.info = info;
  state.free_workers = (1U << state.most_slices) - 1;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ValueId id = state.graph.inputs()[i];
    const std::int64_t expected = state.graph.shape(id).elements() * (state.batched(id) ? batch : 1);
    MLTK_ASSERT(static_cast<std::int64_t>(inputs[i].size()) == expected);
    state.fed[State::index(id)] = inputs[i].data();
  }

  if (!state.first_packings.empty()) pool.run(static_cast<int>(state.first_packings.size()), state.run_packing);
  for (state.phase_index = 0; state.phase_index < state.schedule.phases.size(); ++state.phase_index) {
    const std::size_t i = state.phase_index;
    const Phase& phase = state.schedule.phases[i];
    state.run_combinations(state.combinations[i], pool);
    for (std::size_t u = 0; u < phase.global.size(); ++u) {
      state.run_global(phase.global[u], state.phase_plans[i].global[u]);
    }
    for (const Packing& packing : state.packings[i]) state.pack(packing);
    if (!phase.sliced.empty()) pool.run(static_cast<int>(state.slices), state.run_slice);
  }
  state.run_combinations(state.combinations.back(), pool);
  ++state.profiled_steps;
  state.gather();
  for (const VariableUpdate& update : state.graph.updates()) {
    std::ranges::copy(value(update.value), update.variable->value.as<float>().begin());
  }
}

UnitProfile Plan::State::profile_of(const Unit& unit) const {
  UnitProfile result{.layer = unit.node(graph).scope.layer, .operation = {}};
  for (const NodeId id : unit.nodes) {
    if (!result.operation.empty()) result.operation += " ";
    result.operation += graph[id].op->name;
    result.flops += operations(graph, graph[id], batch);
  }
  for (const auto* values : {&unit.inputs, &unit.outputs}) {
    for (const ValueId id : *values) {
      result.bytes += static_cast<double>(sizeof(float)) *
                      static_cast<double>(graph.shape(id).elements() * (batched(id) ? batch : 1));
    }
  }
  return result;
}

void Plan::start_profile() {
  State& state = *state_;
  state.profiles = true;
  state.profiled_steps = 0;
  for (auto& seconds : state.unit_seconds) std::ranges::fill(seconds, 0.0);
}

std::int64_t Plan::profiled_steps() const { return state_->profiled_steps; }

std::vector<UnitProfile> Plan::profile() const {
  const State& state = *state_;
  std::vector<UnitProfile> result;
  for (const Phase& phase : state.schedule.phases) {
    for (const auto* units : {&phase.global, &phase.sliced}) {
      for (const Unit& unit : *units) {
        result.push_back(state.profile_of(unit));
        for (const auto& seconds : state.unit_seconds) result.back().seconds += seconds[result.size() - 1];
      }
    }
  }
  return result;
}

std::span<const float> Plan::value(ValueId id) const {
  const State& state = *state_;
  const std::size_t v = State::index(id);
  const std::int64_t elements = state.graph.shape(id).elements();
  if (state.places[v] == Place::slice) {
    return {state.arena->at(state.gather_offsets[v]), static_cast<std::size_t>(elements * state.batch)};
  }
  const std::int64_t count = elements * (state.batched(id) ? state.batch : 1);
  return {state.global_input(id), static_cast<std::size_t>(count)};
}

}  // namespace mltk
