#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "tensor/tensor.h"
#include "tflite/model.h"
#include "tflite/op_def.h"

namespace mltk {

/// Runs a .tflite model as TensorFlow Lite Micro's reference kernels do, in every bit for
/// integer models, in the same memory layout, whatever the set of kernels.
class Interpreter {
 public:
  /// Checks every operator and computes its fixed-point parameters.
  /// Throws Error(unsupported) for an operator, version or types that cannot run, Error(invalid_model) for shapes
  /// and scales that do not fit together; both name the operator.
  explicit Interpreter(tflite::Model model, tflite::KernelSet kernels = tflite::KernelSet::simd);
  ~Interpreter();
  Interpreter(Interpreter&&) noexcept;
  Interpreter& operator=(Interpreter&&) noexcept;

  const tflite::Model& model() const;
  std::size_t input_count() const;
  std::size_t output_count() const;
  const tflite::Tensor& input_tensor(std::size_t i) const;
  const tflite::Tensor& output_tensor(std::size_t i) const;

  /// Copy `bytes` into input `i`. Throws Error(invalid_argument) when their number is wrong.
  void set_input(std::size_t i, std::span<const std::uint8_t> bytes);
  /// Inputs must be set before each call: their memory is reused for later tensors. Variables (states of LSTMs,
  /// resource variables) keep their values until reset_variables().
  void invoke();
  /// The same, and call `after(k)` when operator k has run: its inputs and outputs are then in `tensor()`.
  void invoke(const std::function<void(std::size_t)>& after);
  /// Bytes of output `i`; valid until the next set_input() or invoke().
  std::span<const std::uint8_t> output(std::size_t i) const;
  /// Bytes of any tensor, by its index in the subgraph.
  std::span<const std::uint8_t> tensor(std::size_t index) const;
  /// Variables become zero (their zero point, when they are quantized); CALL_ONCE runs again.
  void reset_variables();

  /// Run many samples. `inputs`: one tensor per model input with the model's element types, [samples, ...]; each
  /// sample has as many elements as the input. Returns one tensor per output, [samples, ...]. Variable tensors are
  /// reset before each sample, so samples do not depend on each other nor on the threads.
  std::vector<Tensor> run_batch(std::span<const Tensor> inputs, ThreadPool& pool) const;

 private:
  struct Program;
  class Memory;

  std::shared_ptr<const Program> program_;  // shared by the memories of all threads
  std::unique_ptr<Memory> memory_;
};

/// The element type of a .tflite tensor in memory. Throws Error(unsupported) for types without one (int4, string).
DType dtype_of(tflite::TensorType type);

}  // namespace mltk
