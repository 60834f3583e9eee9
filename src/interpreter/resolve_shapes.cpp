#include "interpreter/resolve_shapes.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>

#include "tflite/op_def.h"
#include "tflite/ops/reducer.h"
#include "tflite/ops/reshape.h"

namespace mltk {
namespace {

using tflite::BuiltinOperator;
using tflite::OpContext;
using tflite::Operator;
using tflite::Subgraph;
using tflite::Tensor;
using tflite::TensorType;
using Shape = std::vector<std::int32_t>;

constexpr auto kElementwise = std::to_array<BuiltinOperator>(
    {BuiltinOperator::add, BuiltinOperator::dequantize, BuiltinOperator::div, BuiltinOperator::leaky_relu,
     BuiltinOperator::logistic, BuiltinOperator::maximum, BuiltinOperator::minimum, BuiltinOperator::mul,
     BuiltinOperator::quantize, BuiltinOperator::relu, BuiltinOperator::relu6, BuiltinOperator::rsqrt,
     BuiltinOperator::squared_difference, BuiltinOperator::sub, BuiltinOperator::tanh});

bool may_change(const Tensor& tensor) {
  return std::ranges::find(tensor.shape_signature, -1) != tensor.shape_signature.end();
}

class Resolver {
 public:
  explicit Resolver(tflite::Model model) : model_(std::move(model)) {}

  tflite::Model resolve() {
    Subgraph& main = model_.subgraphs[0];
    values_.resize(main.tensors.size());
    for (std::size_t i = 0; i < main.tensors.size(); ++i) values_[i] = model_.buffer_of(main.tensors[i]);
    for (std::size_t k = 0; k < main.operators.size(); ++k) {
      infer(main.operators[k]);
      compute_shape_arithmetic(k);
    }
    return std::move(model_);
  }

 private:
  Tensor& tensor(std::int32_t index) { return model_.subgraphs[0].tensors[static_cast<std::size_t>(index)]; }

  /// The values of input `i` when they do not depend on the data.
  std::optional<Shape> known_int32(const Operator& op, std::size_t i) {
    if (i >= op.inputs.size() || op.inputs[i] < 0 || tensor(op.inputs[i]).type != TensorType::int32) return {};
    const auto& bytes = values_[static_cast<std::size_t>(op.inputs[i])];
    if (bytes.empty()) return {};
    Shape result(bytes.size() / sizeof(std::int32_t));
    std::memcpy(result.data(), bytes.data(), result.size() * sizeof(std::int32_t));
    return result;
  }

  void infer(const Operator& op) {
    if (op.outputs.size() != 1 || op.inputs.empty() || op.inputs[0] < 0) return;
    Tensor& output = tensor(op.outputs[0]);
    if (!may_change(output) || output.shape_signature.size() != output.shape.size()) return;
    const Shape& input = tensor(op.inputs[0]).shape;
    switch (op.code) {
      case BuiltinOperator::transpose: infer_transpose(op, input, output); return;
      case BuiltinOperator::mean: infer_reduction(op, input, output); return;
      case BuiltinOperator::reshape: infer_reshape(op, output); return;
      case BuiltinOperator::space_to_batch_nd: infer_blocks(op, input, output, true); return;
      case BuiltinOperator::batch_to_space_nd: infer_blocks(op, input, output, false); return;
      case BuiltinOperator::fill:
        if (const auto dims = known_int32(op, 0)) output.shape = *dims;
        return;
      default: break;
    }
    const bool same_shape = std::ranges::find(kElementwise, op.code) != kElementwise.end();
    for (std::size_t axis = 0; axis < output.shape.size(); ++axis) {
      // Operators that change other axes give them a fixed size, but for the batch.
      if (output.shape_signature[axis] == -1 && (axis == 0 || same_shape)) output.shape[axis] = largest(op, axis);
    }
  }

  /// Largest size of `axis` among the inputs that carry data.
  std::int32_t largest(const Operator& op, std::size_t axis) {
    const std::size_t rank = tensor(op.inputs[0]).shape.size();
    std::int32_t size = 1;
    for (const std::int32_t i : op.inputs) {
      if (i < 0 || !values_[static_cast<std::size_t>(i)].empty()) continue;
      const Shape& shape = tensor(i).shape;
      if (shape.size() == rank && axis < rank) size = std::max(size, shape[axis]);
    }
    return size;
  }

  void infer_transpose(const Operator& op, const Shape& input, Tensor& output) {
    const auto order = known_int32(op, 1);
    if (!order || order->size() != input.size()) return;
    Shape shape;
    for (const std::int32_t axis : *order) {
      if (axis < 0 || static_cast<std::size_t>(axis) >= input.size()) return;
      shape.push_back(input[static_cast<std::size_t>(axis)]);
    }
    output.shape = shape;
  }

  void infer_reduction(const Operator& op, const Shape& input, Tensor& output) {
    const auto axes = known_int32(op, 1);
    if (!axes) return;
    const auto rank = static_cast<std::int32_t>(input.size());
    Shape shape;
    for (std::int32_t axis = 0; axis < rank; ++axis) {
      const bool reduced = std::ranges::any_of(*axes, [&](std::int32_t a) { return a == axis || a + rank == axis; });
      if (!reduced) shape.push_back(input[static_cast<std::size_t>(axis)]);
      if (reduced && tflite::options_as<tflite::ReducerOptions>(op).keep_dims) shape.push_back(1);
    }
    output.shape = shape;
  }

  void infer_reshape(const Operator& op, Tensor& output) {
    Shape shape = tflite::options_as<tflite::ReshapeOptions>(op).new_shape;
    if (const auto computed = known_int32(op, 1)) shape = *computed;
    const std::int64_t count = elements(tensor(op.inputs[0]));
    std::int64_t others = 1;
    for (const std::int32_t size : shape) others *= size == -1 ? 1 : size;
    for (std::int32_t& size : shape) {
      if (size == -1 && others > 0 && count / others <= std::numeric_limits<std::int32_t>::max()) {
        size = static_cast<std::int32_t>(count / others);
      }
    }
    const bool valid = !shape.empty() && std::ranges::all_of(shape, [](std::int32_t size) { return size >= 0; });
    if (valid) output.shape = shape;
  }

  void infer_blocks(const Operator& op, const Shape& input, Tensor& output, bool to_batch) {
    const auto block = known_int32(op, 1);
    const auto border = known_int32(op, 2);
    if (!block || !border || border->size() != 2 * block->size() || input.size() < block->size() + 1) return;
    std::int64_t blocks = 1;
    Shape shape = input;
    for (std::size_t i = 0; i < block->size(); ++i) {
      const std::int64_t size = (*block)[i];
      const std::int64_t both = std::int64_t{(*border)[2 * i]} + (*border)[2 * i + 1];
      if (size < 1) return;
      blocks *= size;
      const std::int64_t along = to_batch ? (input[i + 1] + both) / size : input[i + 1] * size - both;
      if (along < 0 || along > std::numeric_limits<std::int32_t>::max() || blocks > 4096) return;
      shape[i + 1] = static_cast<std::int32_t>(along);
    }
    const std::int64_t batch = to_batch ? input[0] * blocks : input[0] / blocks;
    if (batch > std::numeric_limits<std::int32_t>::max()) return;
    shape[0] = static_cast<std::int32_t>(batch);
    output.shape = shape;
  }

  /// Run an operator that sees no data, only shapes and constants; small results only.
  void compute_shape_arithmetic(std::size_t index) {
    const OpContext op(model_, model_.subgraphs[0], index, model_.subgraphs[0].tensors.size());
    const tflite::OpDef* def = tflite::find_op(op.op());
    const bool is_shape = op.op().code == BuiltinOperator::shape;
    constexpr std::int64_t kMostElements = 64;
    if (def == nullptr || def->prepare == nullptr || def->scratch != nullptr || def->subgraphs != nullptr ||
        op.op().outputs.size() != 1 || elements(op.output()) > kMostElements || op.output().type != TensorType::int32) {
      return;
    }
    for (const std::int32_t i : op.op().inputs) {
      if (!is_shape && (i < 0 || values_[static_cast<std::size_t>(i)].empty())) return;
    }
    std::vector<std::uint8_t*> buffers;
    for (auto& value : values_) buffers.push_back(value.data());
    std::vector<std::uint8_t> result(static_cast<std::size_t>(byte_size(op.output())));
    buffers[op.output_slot()] = result.data();
    def->prepare(op)(buffers);
    values_[op.output_slot()] = std::move(result);
  }

  tflite::Model model_;
  std::vector<std::vector<std::uint8_t>> values_;  // of each tensor, where they do not depend on the data
};

}  // namespace

tflite::Model resolve_shapes(tflite::Model model) { return Resolver(std::move(model)).resolve(); }

}  // namespace mltk
