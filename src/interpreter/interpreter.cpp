#include "interpreter/interpreter.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "interpreter/arena.h"
#include "interpreter/resolve_shapes.h"
#include "tflite/op_def.h"
#include "tflite/variables.h"

namespace mltk {

using tflite::OpContext;
using tflite::OpDef;
using tflite::Subgraph;

/// What does not change: the model, its kernels and the place of each buffer.
struct Interpreter::Program {
  tflite::Model model;
  HeadPlan head;
  std::vector<tflite::Variable> variables;
  std::size_t state_count = 0;
  tflite::Places places;

  Program(tflite::Model source, tflite::KernelSet set)
      : model(resolve_shapes(std::move(source))),
        head(checked_head()),
        variables(tflite::variables_of(model)),
        places(make_places()) {
    for (std::size_t k = 0; k < model.subgraphs.size(); ++k) {
      for (std::size_t i = 0; i < model.subgraphs[k].operators.size(); ++i) {
        const OpContext op(model, k, i, places, set);
        places.kernels[k].push_back(tflite::find_op(op.op())->prepare(op));
      }
    }
  }

  const Subgraph& main() const { return model.subgraphs[0]; }
  const std::vector<tflite::Kernel>& kernels() const { return places.kernels[0]; }
  const tflite::Tensor& tensor(std::int32_t index) const { return main().tensors[static_cast<std::size_t>(index)]; }

  /// Buffers: all tensors, all scratch buffers, the states of operators, the resource variables.
  std::size_t first_state() const { return head.tensors.size() + head.scratch.size(); }

  /// What each operator of each subgraph keeps between inferences, in bytes.
  std::vector<std::int64_t> states() const {
    std::vector<std::int64_t> bytes;
    for (const Subgraph& subgraph : model.subgraphs) {
      for (std::size_t i = 0; i < subgraph.operators.size(); ++i) {
        bytes.push_back(state_bytes(OpContext(model, subgraph, i)));
      }
    }
    return bytes;
  }

 private:
  HeadPlan checked_head() const {
    for (const Subgraph& subgraph : model.subgraphs) check_data_flow(subgraph);
    HeadPlan plan = plan_head(model, PointerSize::bits_64);
    std::int64_t bytes = plan.size_bytes;
    std::size_t index = 0;
    for (const Subgraph& subgraph : model.subgraphs) {
      for (const tflite::Tensor& tensor : subgraph.tensors) {
        if (!plan.tensors[index++] && model.buffer_of(tensor).empty()) bytes += byte_size(tensor);
      }
    }
    for (const tflite::Variable& variable : tflite::variables_of(model)) bytes += variable.bytes;
    for (const std::int64_t state : states()) bytes += state;
    constexpr std::int64_t kMostBytes = std::int64_t{1} << 28;
    if (bytes > kMostBytes) {
      fail(ErrorKind::unsupported, "The model's tensors need {} bytes at a time; at most {} are supported.", bytes,
           kMostBytes);
    }
    return plan;
  }

  tflite::Places make_places() {
    tflite::Places result;
    result.first_tensor = head.first_tensor;
    result.first_scratch = head.first_scratch;
    for (auto& operators : result.first_scratch) {
      for (std::size_t& slot : operators) slot += head.tensors.size();
    }
    const std::vector<std::int64_t> bytes = states();
    auto next = bytes.begin();
    for (const Subgraph& subgraph : model.subgraphs) {
      auto& slots = result.state.emplace_back();
      for (std::size_t i = 0; i < subgraph.operators.size(); ++i) {
        slots.push_back(first_state() + state_count);
        if (*next++ > 0) ++state_count;
      }
    }
    for (const tflite::Variable& variable : variables) {
      const std::size_t number = result.variables.size();
      result.variables[variable.name] = first_state() + state_count + number;
    }
    result.kernels.resize(model.subgraphs.size());
    return result;
  }

  /// Every operator reads only what is there and writes only what it may.
  void check_data_flow(const Subgraph& subgraph) const {
    const auto named = [&](std::int32_t i) -> const tflite::Tensor& {
      return subgraph.tensors[static_cast<std::size_t>(i)];
    };
    const auto is_constant = [&](std::int32_t i) { return !model.buffer_of(named(i)).empty(); };
    std::vector<bool> ready(subgraph.tensors.size());
    for (std::size_t i = 0; i < ready.size(); ++i) {
      const tflite::Tensor& tensor = subgraph.tensors[i];
      ready[i] = !model.buffer_of(tensor).empty() || tensor.is_variable || elements(tensor) == 0;
    }
    for (const std::int32_t i : subgraph.inputs) {
      if (is_constant(i)) fail(ErrorKind::invalid_model, "The input '{}' is a constant.", named(i).name);
      ready[static_cast<std::size_t>(i)] = true;
    }
    for (std::size_t k = 0; k < subgraph.operators.size(); ++k) {
      const OpContext op(model, subgraph, k);
      for (const std::int32_t i : op.op().inputs) {
        if (i >= 0 && !ready[static_cast<std::size_t>(i)]) {
          op.fail("its input '{}' is computed by no earlier operator.", named(i).name);
        }
      }
      for (const std::int32_t i : op.op().outputs) {
        if (std::ranges::find(op.op().inputs, i) != op.op().inputs.end() || is_constant(i)) {
          op.fail("its output '{}' is a constant or its own input.", named(i).name);
        }
        ready[static_cast<std::size_t>(i)] = true;
      }
    }
    for (const std::int32_t i : subgraph.outputs) {
      if (!ready[static_cast<std::size_t>(i)]) {
        fail(ErrorKind::invalid_model, "The output '{}' is computed by no operator.", named(i).name);
      }
    }
  }
};

/// What each thread has of its own.
class Interpreter::Memory {
 public:
  explicit Memory(const Program& program)
      : program_(program), head_(static_cast<std::size_t>(program.head.size_bytes)) {
    kept_.resize(program.head.tensors.size() + program.state_count + program.variables.size());
    std::size_t next = 0;
    const auto keep = [&](std::int64_t bytes) {
      kept_[next].resize(static_cast<std::size_t>(bytes));
      buffers_.push_back(kept_[next++].data());
    };
    std::size_t index = 0;
    for (const Subgraph& subgraph : program.model.subgraphs) {
      for (const tflite::Tensor& tensor : subgraph.tensors) {
        const auto& place = program.head.tensors[index++];
        const auto& constant = program.model.buffer_of(tensor);
        if (place) {
          buffers_.push_back(head_.data() + *place);
        } else if (!constant.empty()) {
          // Kernels write only to outputs, and no output is a constant (check_data_flow).
          buffers_.push_back(const_cast<std::uint8_t*>(constant.data()));
        } else {
          keep(byte_size(tensor));
        }
      }
    }
    for (const std::int64_t offset : program.head.scratch) buffers_.push_back(head_.data() + offset);
    for (const std::int64_t bytes : program.states()) {
      if (bytes > 0) keep(bytes);
    }
    for (const tflite::Variable& variable : program.variables) keep(variable.bytes);
    reset_variables();
  }

  void reset_variables() {
    std::size_t index = 0;
    for (const Subgraph& subgraph : program_.model.subgraphs) {
      for (const tflite::Tensor& tensor : subgraph.tensors) {
        std::uint8_t* buffer = buffers_[index++];
        if (!tensor.is_variable || byte_size(tensor) == 0) continue;
        const auto& zero_point = tensor.quantization.zero_point;
        const bool codes = tensor.type == tflite::TensorType::int8 && !zero_point.empty();
        std::memset(buffer, codes ? static_cast<std::uint8_t>(zero_point[0]) : 0,
                    static_cast<std::size_t>(byte_size(tensor)));
      }
    }
    std::size_t slot = program_.first_state();
    for (const std::int64_t bytes : program_.states()) {
      if (bytes > 0) std::memset(buffers_[slot++], 0, static_cast<std::size_t>(bytes));
    }
    for (const tflite::Variable& variable : program_.variables) {
      if (variable.bytes > 0) std::memset(buffers_[slot], variable.first, static_cast<std::size_t>(variable.bytes));
      ++slot;
    }
  }

  void set(std::int32_t tensor, std::span<const std::uint8_t> bytes) {
    if (!bytes.empty()) std::memcpy(buffers_[static_cast<std::size_t>(tensor)], bytes.data(), bytes.size());
  }

  std::span<const std::uint8_t> get(std::int32_t tensor) const {
    return {buffers_[static_cast<std::size_t>(tensor)], static_cast<std::size_t>(byte_size(program_.tensor(tensor)))};
  }

  /// Run the operators in order; `after(k)` when operator k has run.
  template <class After>
  void run_all(After after) {
    try {
      for (std::size_t i = 0; i < program_.kernels().size(); ++i) {
        program_.kernels()[i](buffers_);
        after(i);
      }
    } catch (const tflite::InferenceEnds&) {
      return;
    }
  }

 private:
  const Program& program_;
  std::vector<std::uint8_t> head_;
  std::vector<std::vector<std::uint8_t>> kept_;  // what lies neither in the head nor in the model
  std::vector<std::uint8_t*> buffers_;
};

Interpreter::Interpreter(tflite::Model model, tflite::KernelSet kernels)
    : program_(std::make_shared<const Program>(std::move(model), kernels)),
      memory_(std::make_unique<Memory>(*program_)) {}
Interpreter::~Interpreter() = default;
Interpreter::Interpreter(Interpreter&&) noexcept = default;
Interpreter& Interpreter::operator=(Interpreter&&) noexcept = default;

const tflite::Model& Interpreter::model() const { return program_->model; }
std::size_t Interpreter::input_count() const { return program_->main().inputs.size(); }
std::size_t Interpreter::output_count() const { return program_->main().outputs.size(); }
const tflite::Tensor& Interpreter::input_tensor(std::size_t i) const {
  return program_->tensor(program_->main().inputs.at(i));
}
const tflite::Tensor& Interpreter::output_tensor(std::size_t i) const {
  return program_->tensor(program_->main().outputs.at(i));
}

void Interpreter::set_input(std::size_t i, std::span<const std::uint8_t> bytes) {
  const tflite::Tensor& tensor = input_tensor(i);
  if (static_cast<std::int64_t>(bytes.size()) != byte_size(tensor)) {
    fail(ErrorKind::invalid_argument, "Model input {} '{}' is {} of {}: expected {} bytes, got {}.", i, tensor.name,
         tflite::shape_text(tensor.shape), to_string(tensor.type), byte_size(tensor), bytes.size());
  }
  memory_->set(program_->main().inputs[i], bytes);
}

void Interpreter::invoke() {
  memory_->run_all([](std::size_t) {});
}

void Interpreter::invoke(const std::function<void(std::size_t)>& after) { memory_->run_all(after); }

std::span<const std::uint8_t> Interpreter::output(std::size_t i) const {
  return memory_->get(program_->main().outputs.at(i));
}

std::span<const std::uint8_t> Interpreter::tensor(std::size_t index) const {
  MLTK_ASSERT(index < program_->main().tensors.size());
  return memory_->get(static_cast<std::int32_t>(index));
}

void Interpreter::reset_variables() { memory_->reset_variables(); }

std::vector<Tensor> Interpreter::run_batch(std::span<const Tensor> inputs, ThreadPool& pool) const {
  const Subgraph& main = program_->main();
  if (inputs.size() != main.inputs.size()) {
    fail(ErrorKind::invalid_argument, "The model has {} inputs, got {}.", main.inputs.size(), inputs.size());
  }
  const std::int64_t samples = inputs.empty() ? 1 : inputs[0].shape().rank() == 0 ? 1 : inputs[0].shape()[0];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const tflite::Tensor& tensor = input_tensor(i);
    if (inputs[i].dtype() != dtype_of(tensor.type) || inputs[i].elements() != samples * elements(tensor)) {
      fail(ErrorKind::invalid_argument,
           "Model input {} '{}' is {} of {} for each sample; got an array {} of {} for {} samples.", i, tensor.name,
           tflite::shape_text(tensor.shape), to_string(tensor.type), to_string(inputs[i].shape()),
           to_string(inputs[i].dtype()), samples);
    }
  }
  std::vector<Tensor> outputs;
  for (std::size_t i = 0; i < output_count(); ++i) {
    const tflite::Tensor& tensor = output_tensor(i);
    std::vector<std::int64_t> dims(tensor.shape.begin(), tensor.shape.end());
    if (dims.empty() || dims[0] != 1) dims.insert(dims.begin(), 1);
    dims[0] = samples;
    outputs.emplace_back(dtype_of(tensor.type), Shape(std::move(dims)));
  }

  // Each task takes a run of samples with a memory of its own.
  const auto tasks = static_cast<int>(std::min<std::int64_t>(pool.size(), samples));
  pool.run(tasks, [&](int task) {
    Memory memory(*program_);
    const std::int64_t first = samples * task / tasks;
    const std::int64_t last = samples * (task + 1) / tasks;
    for (std::int64_t sample = first; sample < last; ++sample) {
      const auto slice = [&](const auto& bytes) {
        const std::size_t size = bytes.size() / static_cast<std::size_t>(samples);
        return bytes.subspan(static_cast<std::size_t>(sample) * size, size);
      };
      memory.reset_variables();
      for (std::size_t i = 0; i < inputs.size(); ++i) memory.set(main.inputs[i], slice(inputs[i].bytes()));
      memory.run_all([](std::size_t) {});
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        std::ranges::copy(memory.get(main.outputs[i]), slice(outputs[i].bytes()).begin());
      }
    }
  });
  return outputs;
}

DType dtype_of(tflite::TensorType type) {
  switch (type) {
    case tflite::TensorType::float32: return DType::float32;
    case tflite::TensorType::float16: return DType::float16;
    case tflite::TensorType::float64: return DType::float64;
    case tflite::TensorType::int8: return DType::int8;
    case tflite::TensorType::int16: return DType::int16;
    case tflite::TensorType::int32: return DType::int32;
    case tflite::TensorType::int64: return DType::int64;
    case tflite::TensorType::uint8: return DType::uint8;
    case tflite::TensorType::uint16: return DType::uint16;
    case tflite::TensorType::uint32: return DType::uint32;
    case tflite::TensorType::uint64: return DType::uint64;
    case tflite::TensorType::boolean: return DType::boolean;
    default: fail(ErrorKind::unsupported, "Tensors of {} have no element type in memory.", to_string(type));
  }
}

}  // namespace mltk
