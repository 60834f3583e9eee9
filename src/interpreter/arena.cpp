// The arena of TensorFlow Lite Micro is one array: tensors and scratch buffers that share memory over time grow from
// its start (the head), objects that live for ever grow down from its end (the tail). The head comes from the same
// planner as the device's, the tail from the sizes of the device's C++ objects in the order of their allocation.
// Checked against the compiled library on the models of the tests, on 64-bit and on 32-bit x86.
#include "interpreter/arena.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "tflite/op_def.h"
#include "tflite/variables.h"

namespace mltk {
namespace {

using tflite::ArenaBytes;
using tflite::OpContext;
using tflite::OpDef;
using tflite::Subgraph;
using tflite::Tensor;

constexpr std::int64_t kAlignment = 16;

std::int64_t align_up(std::int64_t value, std::int64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

const OpDef& known_op(const OpContext& op) {
  const OpDef* def = tflite::find_op(op.op());
  if (def == nullptr || def->prepare == nullptr) op.fail_types();
  return *def;
}

/// The offsets that the model's author fixed, one per tensor of all subgraphs; -1 leaves a tensor to the planner.
std::vector<std::int32_t> offline_offsets(const tflite::Model& model, std::size_t tensor_count) {
  const auto entry = std::ranges::find(model.metadata, "OfflineMemoryAllocation", &tflite::Metadata::name);
  if (entry == model.metadata.end()) return std::vector<std::int32_t>(tensor_count, -1);
  const auto& bytes = model.buffers[entry->buffer];
  std::vector<std::int32_t> words(bytes.size() / sizeof(std::int32_t));
  if (!words.empty()) std::memcpy(words.data(), bytes.data(), words.size() * sizeof(std::int32_t));
  constexpr std::size_t kHeader = 3;  // version, subgraphs, count
  if (words.size() < kHeader || words[2] != static_cast<std::int64_t>(tensor_count) ||
      words.size() - kHeader < tensor_count) {
    fail(ErrorKind::invalid_model,
         "The metadata OfflineMemoryAllocation has {} words; expected {} and an offset for "
         "each of {} tensors.",
         words.size(), kHeader, tensor_count);
  }
  words.erase(words.begin(), words.begin() + kHeader);
  return words;
}

bool is_planned(const tflite::Model& model, const Tensor& tensor, std::int32_t offline) {
  if (tensor.type == tflite::TensorType::resource) return false;  // its number lies in VAR_HANDLE's data
  const bool constant = !model.buffer_of(tensor).empty();
  return !constant && (!tensor.is_variable || offline >= 0) && byte_size(tensor) > 0;
}

/// When a buffer is used. Time 0 is the entry of the main subgraph; each operator and each subgraph that an operator
/// runs takes a step. What nothing touches stays at -1.
struct Use {
  std::int32_t first = -1;
  std::int32_t last = -1;

  void create(std::int32_t time) {
    if (first < 0) first = time;
  }
};

/// Follows the subgraphs as they run, as the device does when it plans its memory.
class Lifetimes {
 public:
  Lifetimes(const tflite::Model& model, const HeadPlan& head, std::size_t tensor_count, std::size_t scratch_count)
      : model_(model), head_(head), tensors(tensor_count), scratch(scratch_count), running_(model.subgraphs.size()) {
    visit(0);
  }

 private:
  void visit(std::size_t index) {
    const Subgraph& subgraph = model_.subgraphs[index];
    const auto at = [&](std::int32_t i) -> Use& {
      return tensors[head_.first_tensor[index] + static_cast<std::size_t>(i)];
    };
    running_[index] = true;
    for (const std::int32_t i : subgraph.inputs) {
      at(i).create(time_);
      at(i).last = time_;
    }
    for (std::size_t k = 0; k < subgraph.operators.size(); ++k) {
      step();
      const tflite::Operator& op = subgraph.operators[k];
      for (const std::int32_t i : op.outputs) at(i).create(time_);
      const std::int32_t start = time_;
      visit_called(OpContext(model_, subgraph, k));
      for (const std::int32_t i : op.inputs) {
        if (i >= 0) at(i).last = time_;
      }
      for (const std::int32_t i : op.outputs) at(i).last = time_;
      const std::size_t first = head_.first_scratch[index][k];
      for (std::size_t i = first; i < head_.first_scratch[index][k + 1]; ++i) {
        scratch[i].create(start);
        scratch[i].last = time_;
      }
    }
    for (const std::int32_t i : subgraph.outputs) {
      at(i).create(time_);
      at(i).last = time_;
    }
    running_[index] = false;
  }

  void visit_called(const OpContext& op) {
    const OpDef& def = known_op(op);
    if (def.subgraphs == nullptr) return;
    for (const std::int32_t called : def.subgraphs(op.op())) {
      if (called < 0 || static_cast<std::size_t>(called) >= running_.size()) {
        op.fail("subgraph {} does not exist; the file has {}.", called, running_.size());
      }
      if (running_[static_cast<std::size_t>(called)]) op.fail("subgraph {} runs itself, which never ends.", called);
      step();
      visit(static_cast<std::size_t>(called));
    }
  }

  void step() {
    constexpr std::int32_t kMostSteps = 1 << 20;  // subgraphs that run others twice grow without bound
    if (++time_ > kMostSteps) {
      fail(ErrorKind::unsupported, "The model's subgraphs run more than {} operators.", kMostSteps);
    }
  }

  const tflite::Model& model_;
  const HeadPlan& head_;
  std::int32_t time_ = 0;

 public:
  std::vector<Use> tensors;
  std::vector<Use> scratch;

 private:
  std::vector<bool> running_;
};

/// Calls f(bytes, alignment) for each object that makes up the device's TfLiteTensor.
template <class Function>
void for_each_object(const Tensor& tensor, PointerSize pointers, Function f) {
  const bool wide = pointers == PointerSize::bits_64;
  const std::int64_t pointer = wide ? 8 : 4;
  f(wide ? 64 : 40, pointer);
  const auto channels = static_cast<std::int64_t>(tensor.quantization.scale.size());
  if (channels == 0) return;
  f(wide ? 24 : 12, pointer);
  f(4 + 4 * channels, 4);
}

/// The list of scratch buffers that were asked for; it always has room for those of one operator more.
std::int64_t request_bytes(PointerSize pointers, std::int64_t requested) {
  constexpr std::int64_t kMostOfAnOperator = 12;
  return (pointers == PointerSize::bits_64 ? 16 : 12) * (kMostOfAnOperator + requested);
}

/// Null for an optional one that is absent.
const Tensor* operand_of(const OpContext& op, int operand) {
  const auto& indices = operand < 0 ? op.op().outputs : op.op().inputs;
  const auto place = static_cast<std::size_t>(operand < 0 ? ~operand : operand);
  if (place >= indices.size() || indices[place] < 0) return nullptr;
  return &op.subgraph().tensors[static_cast<std::size_t>(indices[place])];
}

}  // namespace

HeadPlan plan_head(const tflite::Model& model, PointerSize pointers, tflite::DeviceKernels kernels) {
  HeadPlan head;
  std::size_t tensor_count = 0;
  std::vector<std::int64_t> scratch_sizes;
  for (const Subgraph& subgraph : model.subgraphs) {
    head.first_tensor.push_back(tensor_count);
    tensor_count += subgraph.tensors.size();
    std::vector<std::size_t>& first = head.first_scratch.emplace_back();
    for (std::size_t k = 0; k < subgraph.operators.size(); ++k) {
      const OpContext op(model, subgraph, k);
      known_op(op);
      first.push_back(scratch_sizes.size());
      for (const ArenaBytes& bytes : memory_of(op, kernels).scratch) {
        scratch_sizes.push_back(pointers == PointerSize::bits_64 ? bytes.on_64 : bytes.on_32);
      }
    }
    first.push_back(scratch_sizes.size());
  }
  const std::vector<std::int32_t> offline = offline_offsets(model, tensor_count);
  const Lifetimes uses(model, head, tensor_count, scratch_sizes.size());

  std::vector<BufferLifetime> buffers;
  std::vector<std::size_t> planned_tensors;
  std::size_t index = 0;
  for (const Subgraph& subgraph : model.subgraphs) {
    for (const Tensor& tensor : subgraph.tensors) {
      if (is_planned(model, tensor, offline[index])) {
        BufferLifetime buffer{align_up(byte_size(tensor), kAlignment), uses.tensors[index].first,
                              uses.tensors[index].last};
        if (offline[index] >= 0) buffer.fixed_offset = offline[index];
        buffers.push_back(buffer);
        planned_tensors.push_back(index);
      }
      ++index;
    }
  }
  for (std::size_t i = 0; i < scratch_sizes.size(); ++i) {
    buffers.push_back({align_up(scratch_sizes[i], kAlignment), uses.scratch[i].first, uses.scratch[i].last});
  }

  const MemoryPlan plan = plan_memory(buffers);
  head.size_bytes = plan.size_bytes;
  head.planned = buffers.size();
  head.tensors.resize(tensor_count);
  for (std::size_t i = 0; i < planned_tensors.size(); ++i) head.tensors[planned_tensors[i]] = plan.offsets[i];
  head.scratch.assign(plan.offsets.begin() + static_cast<std::ptrdiff_t>(planned_tensors.size()), plan.offsets.end());
  return head;
}

ArenaSize arena_size(const tflite::Model& model, PointerSize pointers, tflite::DeviceKernels kernels) {
  const bool wide = pointers == PointerSize::bits_64;
  const std::int64_t pointer = wide ? 8 : 4;
  const HeadPlan head = plan_head(model, pointers, kernels);
  std::int64_t tail = 0;
  const auto allocate = [&](std::int64_t bytes, std::int64_t alignment) { tail = align_up(tail + bytes, alignment); };
  const auto allocate_object = [&](const ArenaBytes& bytes) {
    if ((wide ? bytes.on_64 : bytes.on_32) > 0)
      allocate(wide ? bytes.on_64 : bytes.on_32, bytes.alignment > 0 ? bytes.alignment : pointer);
  };
  const auto each_op = [&](auto function) {
    for (const Subgraph& subgraph : model.subgraphs) {
      for (std::size_t i = 0; i < subgraph.operators.size(); ++i) {
        const OpContext op(model, subgraph, i);
        function(known_op(op), op);
      }
    }
  };

  allocate(wide ? 72 : 36, pointer);  // single arena allocator
  allocate(wide ? 72 : 44, pointer);  // greedy planner
  allocate(wide ? 72 : 36, pointer);  // micro allocator
  const auto variables = static_cast<std::int64_t>(tflite::variable_names(model).size());
  if (variables > 0) {
    allocate(wide ? 16 : 12, kAlignment);
    allocate((wide ? 40 : 20) * variables, kAlignment);
  }
  allocate(wide ? 16 : 8, pointer);  // allocator of parsed options
  const auto subgraphs = static_cast<std::int64_t>(model.subgraphs.size());
  allocate((wide ? 16 : 8) * subgraphs, pointer);
  std::int64_t tensor_count = 0;
  for (const Subgraph& subgraph : model.subgraphs) {
    const auto tensors = static_cast<std::int64_t>(subgraph.tensors.size());
    allocate((wide ? 24 : 12) * tensors, pointer);
    allocate((wide ? 64 : 32) * static_cast<std::int64_t>(subgraph.operators.size()), pointer);
    tensor_count += tensors;
  }
  each_op([&](const OpDef& def, const OpContext&) { allocate_object(def.parsed_options); });
  each_op([&](const OpDef&, const OpContext& op) { allocate_object(memory_of(op, kernels).data); });
  std::int64_t preparing = 0;  // the largest extent of head and tail while an operator is prepared
  std::int64_t requested = 0;
  each_op([&](const OpDef&, const OpContext& op) {
    const tflite::KernelMemory memory = memory_of(op, kernels);
    for (const ArenaBytes& bytes : memory.arrays) allocate_object(bytes);
    std::int64_t top = request_bytes(pointers, requested);
    for (const int operand : operands_opened(op, kernels)) {
      const Tensor* tensor = operand_of(op, operand);
      if (tensor == nullptr) continue;
      for_each_object(*tensor, pointers,
                      [&](std::int64_t bytes, std::int64_t alignment) { top = align_up(top, alignment) + bytes; });
    }
    preparing = std::max(preparing, top + tail);
    requested += static_cast<std::int64_t>(memory.scratch.size());
  });
  for (const tflite::Variable& variable : tflite::variables_of(model)) allocate(variable.bytes, kAlignment);
  const auto scratch_count = static_cast<std::int64_t>(head.scratch.size());
  if (scratch_count > 0) allocate(pointer * scratch_count, pointer);
  const Subgraph& main = model.subgraphs[0];
  for (std::size_t k = 0; k < model.subgraphs.size(); ++k) {
    const auto& tensors = model.subgraphs[k].tensors;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      if (tensors[i].is_variable && !head.tensors[head.first_tensor[k] + i])
        allocate(byte_size(tensors[i]), kAlignment);
    }
  }
  const std::int64_t tail_before_io = tail;
  for (const auto* indices : {&main.inputs, &main.outputs}) {
    allocate(pointer * static_cast<std::int64_t>(indices->size()), kAlignment);
    for (const std::int32_t i : *indices)
      for_each_object(main.tensors[static_cast<std::size_t>(i)], pointers, allocate);
  }

  // While the head is planned, temporary objects lie between it and the tail: scratch requests, allocation records and
  // the planner's own table.
  const std::int64_t records = (wide ? 32 : 24) * (tensor_count + scratch_count);
  const std::int64_t temporary =
      align_up(request_bytes(pointers, scratch_count) + pointer * subgraphs + records, kAlignment) +
      40 * static_cast<std::int64_t>(head.planned);
  ArenaSize size;
  size.head = head.size_bytes;
  size.tail = tail;
  size.used = size.head + size.tail;
  size.minimum =
      align_up(std::max({size.used, preparing, temporary + align_up(tail_before_io, kAlignment)}), kAlignment);
  return size;
}

std::int64_t runtime_memory_size(const tflite::Model& model, tflite::DeviceKernels kernels) {
  const std::int64_t minimum = arena_size(model, PointerSize::bits_64, kernels).minimum;
  std::int64_t too_small = 2048;
  std::int64_t works = std::int64_t{64} << 20;
  if (minimum > works) {
    fail(ErrorKind::unsupported, "The model needs an arena of {} bytes; MLTK searches up to {}.", minimum, works);
  }
  while (works - too_small > 128) {
    const std::int64_t middle = align_up((too_small + works) / 2, kAlignment);
    (middle >= minimum ? works : too_small) = middle;
  }
  constexpr std::int64_t kReserve = 256;
  const Subgraph& main = model.subgraphs[0];
  const auto io_count = static_cast<std::int64_t>(main.inputs.size() + main.outputs.size());
  std::int64_t quantized_io = 0;
  for (const auto* indices : {&main.inputs, &main.outputs}) {
    for (const std::int32_t i : *indices) {
      if (!main.tensors[static_cast<std::size_t>(i)].quantization.scale.empty()) ++quantized_io;
    }
  }
  const auto scratch = static_cast<std::int64_t>(plan_head(model, PointerSize::bits_64, kernels).scratch.size());
  const std::int64_t correction = 132 + 12 * static_cast<std::int64_t>(main.tensors.size()) +
                                  32 * static_cast<std::int64_t>(main.operators.size()) + 4 * scratch + 36 * io_count +
                                  12 * quantized_io;
  return works + kReserve - correction;
}

}  // namespace mltk
