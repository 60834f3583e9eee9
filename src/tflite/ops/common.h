#pragma once

#include <array>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "micro/broadcast.h"
#include "micro/finish.h"
#include "micro/quantize.h"
#include "micro/walk.h"
#include "micro/window.h"
#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {

// ---- fixed-point parameters

/// The multiplier nearest to `real` >= 0: value in [2^30, 2^31), or 0 when it is too small for any code to matter.
micro::Multiplier quantize_multiplier(double real);
/// One scale for the whole tensor. Throws when the tensor has none, several, or one that is no positive number.
float scale_of(const OpContext& op, const Tensor& tensor);
std::int32_t zero_point_of(const OpContext& op, const Tensor& tensor);
/// Smallest and largest code of an integer type.
std::pair<std::int32_t, std::int32_t> code_range(TensorType type);
/// The fused activation as a range of output codes.
std::pair<std::int32_t, std::int32_t> activation_codes(const OpContext& op, Activation activation,
                                                       const Tensor& output);
std::pair<float, float> activation_floats(Activation activation);
std::pair<std::int32_t, std::int32_t> activation_integers(Activation activation);
/// quantize_multiplier for a scale ratio of a file. Throws when it is no number that the kernels can shift by.
micro::Multiplier checked_multiplier(const OpContext& op, double real);
/// Distance from zero, in units of 2^-left_shift, at which a function with `integer_bits` saturates.
std::int32_t input_radius(int integer_bits, int left_shift);

/// What turns a kernel's integer sums into output codes; owns the multipliers that micro::Requantize points to.
class CodeFinish {
 public:
  /// As the reference kernels do: input * filter / output scale in double, for each channel of the filter's axis.
  CodeFinish(const OpContext& op, const Tensor& input, Activation activation, std::size_t channel_axis);
  CodeFinish(const OpContext& op, Activation activation, micro::Multiplier multiplier);

  /// Check that the multipliers suit 64-bit sums.
  CodeFinish for_64_bits(const OpContext& op) const;
  micro::Requantize bind() const {
    return {multipliers_.data(), multipliers_.size() > 1, output_zero_point_, range_.first, range_.second};
  }

 private:
  std::vector<micro::Multiplier> multipliers_;
  std::int32_t output_zero_point_;
  std::pair<std::int32_t, std::int32_t> range_;
};

/// The same for float kernels.
class FloatFinish {
 public:
  explicit FloatFinish(Activation activation) : range_(activation_floats(activation)) {}
  micro::ClampFloat bind() const { return {range_.first, range_.second}; }

 private:
  std::pair<float, float> range_;
};

// ---- fixed-point parameters, told

/// Padding and strides.
KernelParameters window_parameters(const micro::Window2d& window, Padding padding);
/// Offsets and the fused activation of an operator with weights.
void append_offsets(KernelParameters& parameters, const OpContext& op, const Tensor& input, const Tensor& weights,
                    const micro::Requantize& finish);
/// Those of a convolution: a multiplier and a shift for each channel, also where one scale serves all.
KernelParameters convolution_parameters(const OpContext& op, const micro::Window2d& window, Padding padding,
                                        const Tensor& input, const Tensor& weights, const CodeFinish& finish);

// ---- arena

/// Multiplier and shift of each output channel, which convolutions allocate.
std::vector<ArenaBytes> channel_arrays(const OpContext& op);

/// The copy of the output's shape that kernels make which set it.
std::vector<ArenaBytes> copied_shape(const OpContext& op);

// ---- checks and shapes

std::int32_t dimension(const Tensor& tensor, std::size_t axis);
void require_rank(const OpContext& op, const Tensor& tensor, std::size_t rank);
/// Throws unless the operator has exactly inputs and outputs of these types.
void require_types(const OpContext& op, std::initializer_list<TensorType> inputs,
                   std::initializer_list<TensorType> outputs);
void require_shape(const OpContext& op, const Tensor& tensor, const std::vector<std::int32_t>& expected);
void require_same_elements(const OpContext& op);
/// `axis` counted from the front. Throws when the tensor does not have it.
std::size_t normal_axis(const OpContext& op, std::int32_t axis, std::size_t rank);
/// Sizes before, along and after an axis.
struct AxisSplit {
  int outer = 1;
  int size = 1;
  int inner = 1;
};
AxisSplit split_at(const std::vector<std::int32_t>& shape, std::size_t axis);
/// A tensor as a matrix of its last axis. Throws when that is empty.
struct Rows {
  int count = 1;
  int depth = 1;
};
Rows rows_of(const OpContext& op, const Tensor& tensor);
bool all_types(const OpContext& op, TensorType type, std::initializer_list<std::size_t> inputs);
/// The bytes of one element that stands for 0.
std::vector<std::uint8_t> zero_of(const OpContext& op, const Tensor& tensor);
bool is_quantized_type(TensorType type);

/// Geometry of an NHWC window operator; checks that the output has the shape that follows from the options.
struct WindowOptions {
  Padding padding;
  std::int32_t stride_h, stride_w, dilation_h, dilation_w, filter_h, filter_w;
};
micro::Window2d window_of(const OpContext& op, const Tensor& input, const Tensor& output, const WindowOptions& options);
/// Broadcast of inputs 0 and 1 to the output's shape.
micro::Broadcast broadcast_of(const OpContext& op);
/// Throws Error(unsupported) when `count` entries are more than a kernel's table of indices may have.
void require_table_size(const OpContext& op, std::int64_t count);
/// For each element of the output's shape, the index of the element of `tensor` that broadcasts to it.
std::vector<std::int32_t> broadcast_index(const OpContext& op, const Tensor& tensor);
/// Row-major strides, in elements.
std::vector<std::ptrdiff_t> strides_of(const std::vector<std::int32_t>& shape);

// ---- weights of 4 bits

/// Where the kernel finds the weights, input 1: int4 are unpacked into scratch buffer 0.
std::size_t weights_slot(const OpContext& op);
/// The type of the weights for the kernel: int8 for int4.
TensorType weights_type(const OpContext& op);
/// `kernel`, after the weights were unpacked where they are int4.
Kernel with_unpacked_weights(const OpContext& op, Kernel kernel);
/// The scratch buffer for them.
std::vector<ArenaBytes> unpacked_weights(const OpContext& op);

// ---- kernels

template <class T>
const T* input_data(Buffers buffers, std::size_t slot) {
  return slot < buffers.size() ? reinterpret_cast<const T*>(buffers[slot]) : nullptr;
}
template <class T>
T* output_data(Buffers buffers, std::size_t slot) {
  return reinterpret_cast<T*>(buffers[slot]);
}

/// The SIMD form of an operator with input 0, weights and bias (inputs 1 and 2): make(weights, bias) when the kernels
/// are wanted and the weights are constant, else null.
template <class Value, class Bias, class Make>
Kernel simd_kernel(const OpContext& op, Make make) {
  const Tensor* bias = op.optional_input(2);
  if (!op.wants_simd() || op.input(1).type == TensorType::int4) return nullptr;
  if (!op.is_constant(op.input(1)) || (bias != nullptr && !op.is_constant(*bias))) return nullptr;
  const auto data = [&](const Tensor& tensor) { return op.model().buffer_of(tensor).data(); };
  const std::function<void(const Value*, Value*)> kernel =
      make(reinterpret_cast<const Value*>(data(op.input(1))),
           bias == nullptr ? nullptr : reinterpret_cast<const Bias*>(data(*bias)));
  if (!kernel) return nullptr;
  return [kernel, in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    kernel(input_data<Value>(buffers, in), output_data<Value>(buffers, out));
  };
}

/// Apply `function` to each pair of elements of inputs 0 and 1, which broadcast.
template <class Value, class Out = Value, class Function>
Kernel binary(const OpContext& op, Function function) {
  return [=, shape = broadcast_of(op), a = op.input_slot(0), b = op.input_slot(1),
          out = op.output_slot()](Buffers buffers) {
    const Value* x = input_data<Value>(buffers, a);
    const Value* y = input_data<Value>(buffers, b);
    Out* z = output_data<Out>(buffers, out);
    micro::for_each_pair(shape, [&](std::ptrdiff_t i, std::ptrdiff_t j) { *z++ = function(x[i], y[j]); });
  };
}

/// Apply `function` to each element of input 0.
template <class In, class Out, class Function>
Kernel elementwise(const OpContext& op, Function function) {
  return [=, in = op.input_slot(0), out = op.output_slot(), count = elements(op.output())](Buffers buffers) {
    const In* x = input_data<In>(buffers, in);
    Out* y = output_data<Out>(buffers, out);
    for (std::int64_t i = 0; i < count; ++i) y[i] = function(x[i]);
  };
}

/// Apply `function`, which maps code to code, by a table of its 256 results.
template <class Function>
Kernel int8_table(const OpContext& op, Function function) {
  std::array<std::int8_t, 256> table{};
  for (int code = -128; code < 128; ++code) {
    table[static_cast<std::uint8_t>(code)] = static_cast<std::int8_t>(function(static_cast<std::int8_t>(code)));
  }
  return elementwise<std::int8_t, std::int8_t>(op,
                                               [table](std::int8_t x) { return table[static_cast<std::uint8_t>(x)]; });
}

/// Apply a function of reals to int8 codes, by a table that is computed in float as tflite-micro does.
template <class Function>
Kernel float_table(const OpContext& op, Function function) {
  const float scale = scale_of(op, op.input(0));
  const float inverse = 1 / scale_of(op, op.output());
  const std::int32_t zero_point = zero_point_of(op, op.input(0));
  const std::int32_t output_zero_point = zero_point_of(op, op.output());
  return int8_table(op, [=](std::int8_t code) {
    const float y = function(scale * static_cast<float>(code - zero_point));
    return micro::quantize(y * inverse, 1, output_zero_point, -128, 127);
  });
}

/// Copy input 0 to the output: RESHAPE and its relatives.
Kernel copy_kernel(const OpContext& op);
/// Move whole elements of input 0 by a strided walk.
Kernel gather_kernel(const OpContext& op, const micro::Walk& walk);
/// The walk over the last shape.size() axes. Throws when there are more than Walk has.
micro::Walk walk_of(const OpContext& op, const std::vector<std::int32_t>& shape,
                    const std::vector<std::ptrdiff_t>& strides, std::ptrdiff_t start);
/// output[i] = input 0 [source[i]]; the zero of the output's type where source[i] is negative.
Kernel index_kernel(const OpContext& op, std::vector<std::int32_t> source);
/// Cut input `input` along `axis` into the outputs; their shapes were checked.
Kernel part_kernel(const OpContext& op, std::size_t input, std::size_t axis);
/// The same, checking shapes (SPLIT, SPLIT_V).
Kernel split_kernel(const OpContext& op, std::size_t input, std::int32_t axis);
/// Join all inputs along `axis` of the output; their shapes were checked.
Kernel join_kernel(const OpContext& op, std::size_t axis);

// ---- reports

std::string padding_text(Padding padding);           ///< "Same"
std::string activation_text(Activation activation);  ///< "Relu_n1_to_1"
/// "Activation:Relu"
template <class Options>
std::string activation_option(const Operator& op) {
  return "Activation:" + activation_text(options_as<Options>(op).activation);
}
/// The cost of an operator whose fused RELU, RELU6 or RELU_N1_TO_1 takes 2 per output element.
OpCost cost_with_activation(std::int64_t macs, std::int64_t ops, Activation activation, std::int64_t outputs);
/// The cost of an operator without multiply-accumulates.
inline OpCost plain_cost(std::int64_t ops) { return {0, ops, ops}; }

}  // namespace mltk::tflite
