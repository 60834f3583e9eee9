#include "interpreter/interpreter.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "interpreter/arena.h"
#include "interpreter/resolve_shapes.h"
#include "tflite/op_def.h"

namespace mltk {

using tflite::OpContext;
using tflite::OpDef;
using tflite::Subgraph;

/// What does not change: the model, its kernels and the place of each buffer.
struct Interpreter::Program {
  tflite::Model model;
  HeadPlan head;
  std::vector<tflite::Kernel> kernels;

  Program(tflite::Model source, tflite::KernelSet set)
      : model(resolve_shapes(std::move(source))), head(checked_head()) {
    for (std::size_t i = 0; i < main().operators.size(); ++i) {
      const OpContext op(model, main(), i, main().tensors.size() + head.first_scratch[i], set);
      kernels.push_back(tflite::find_op(op.op().code)->prepare(op));
    }
  }

  const Subgraph& main() const { return model.subgraphs[0]; }
  const tflite::Tensor& tensor(std::int32_t index) const { return main().tensors[static_cast<std::size_t>(index)]; }

 private:
  HeadPlan checked_head() const {
    check_data_flow();
    HeadPlan plan = plan_head(model, PointerSize::bits_64);
    constexpr std::int64_t kMostBytes = std::int64_t{1} << 30;
    if (plan.size_bytes > kMostBytes) {
      fail(ErrorKind::unsupported, "The model's tensors need {} bytes at a time; at most {} are supported.",
           plan.size_bytes, kMostBytes);
    }
    return plan;
  }

  /// Every operator reads only what is there and writes only what it may.
  void check_data_flow() const {
    std::vector<bool> ready(main().tensors.size());
    for (std::size_t i = 0; i < ready.size(); ++i) {
      const tflite::Tensor& tensor = main().tensors[i];
      ready[i] = !model.buffer_of(tensor).empty() || tensor.is_variable || elements(tensor) == 0;
    }
    for (const std::int32_t i : main().inputs) ready[static_cast<std::size_t>(i)] = true;
    for (std::size_t k = 0; k < main().operators.size(); ++k) {
      const OpContext op(model, main(), k);
      for (const std::int32_t i : op.op().inputs) {
        if (i >= 0 && !ready[static_cast<std::size_t>(i)]) {
          op.fail("its input '{}' is computed by no earlier operator.", tensor(i).name);
        }
      }
      for (const std::int32_t i : op.op().outputs) {
        if (std::ranges::find(op.op().inputs, i) != op.op().inputs.end() || op.is_constant(tensor(i))) {
          op.fail("its output '{}' is a constant or its own input.", tensor(i).name);
        }
        ready[static_cast<std::size_t>(i)] = true;
      }
    }
    for (const std::int32_t i : main().outputs) {
      if (!ready[static_cast<std::size_t>(i)]) {
        fail(ErrorKind::invalid_model, "The model's output '{}' is computed by no operator.", tensor(i).name);
      }
    }
  }
};

/// What each thread has of its own.
class Interpreter::Memory {
 public:
  explicit Memory(const Program& program)
      : program_(program), head_(static_cast<std::size_t>(program.head.size_bytes)) {
    const Subgraph& main = program.main();
    variables_.resize(main.tensors.size());
    for (std::size_t i = 0; i < main.tensors.size(); ++i) {
      const tflite::Tensor& tensor = main.tensors[i];
      const auto& constant = program.model.buffer_of(tensor);
      if (program.head.tensors[i]) {
        buffers_.push_back(head_.data() + *program.head.tensors[i]);
      } else if (!constant.empty()) {
        // Kernels write only to outputs, and no output is a constant (check_data_flow).
        buffers_.push_back(const_cast<std::uint8_t*>(constant.data()));
      } else {
        variables_[i].resize(static_cast<std::size_t>(byte_size(tensor)));
        buffers_.push_back(variables_[i].data());
      }
    }
    for (const std::int64_t offset : program.head.scratch) buffers_.push_back(head_.data() + offset);
    reset_variables();
  }

  void reset_variables() {
    const Subgraph& main = program_.main();
    for (std::size_t i = 0; i < main.tensors.size(); ++i) {
      const tflite::Tensor& tensor = main.tensors[i];
      if (!tensor.is_variable) continue;
      const auto& zero_point = tensor.quantization.zero_point;
      const bool codes = tensor.type == tflite::TensorType::int8 && !zero_point.empty();
      std::memset(buffers_[i], codes ? static_cast<std::uint8_t>(zero_point[0]) : 0,
                  static_cast<std::size_t>(byte_size(tensor)));
    }
  }

  void set(std::int32_t tensor, std::span<const std::uint8_t> bytes) {
    if (!bytes.empty()) std::memcpy(buffers_[static_cast<std::size_t>(tensor)], bytes.data(), bytes.size());
  }

  std::span<const std::uint8_t> get(std::int32_t tensor) const {
    return {buffers_[static_cast<std::size_t>(tensor)], static_cast<std::size_t>(byte_size(program_.tensor(tensor)))};
  }

  void run(std::size_t op) { program_.kernels[op](buffers_); }

  void run() {
    for (std::size_t i = 0; i < program_.kernels.size(); ++i) run(i);
  }

 private:
  const Program& program_;
  std::vector<std::uint8_t> head_;
  std::vector<std::vector<std::uint8_t>> variables_;  // by tensor; empty for tensors that lie elsewhere
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

void Interpreter::invoke() { memory_->run(); }

void Interpreter::invoke(const std::function<void(std::size_t)>& after) {
  for (std::size_t i = 0; i < program_->kernels.size(); ++i) {
    memory_->run(i);
    after(i);
  }
}

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
      memory.run();
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
