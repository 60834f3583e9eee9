#include "tflite/ops/fully_connected.h"

#include "micro/fully_connected.h"
#include "simd/fully_connected.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<FullyConnectedOptions>(8);

OpCost cost(const OpContext& op) {
  const Tensor& output = op.output();
  const std::int64_t outputs = output.shape.empty() ? 1 : output.shape.back();
  const std::int64_t macs = outputs * dimension(op.input(1), 1);
  return cost_with_activation(macs, 2 * macs + (op.optional_input(2) != nullptr ? outputs : 0),
                              op.options<FullyConnectedOptions>().activation, outputs);
}

template <class Accumulator, class Value, class Weight, class Finish>
Kernel kernel(const OpContext& op, const micro::FullyConnectedShape& shape, std::int32_t input_offset,
              std::int32_t weights_offset, Finish finish) {
  return [=, in = op.input_slot(0), weights = weights_slot(op), bias = op.input_slot(2),
          out = op.output_slot()](Buffers buffers) {
    micro::fully_connected(shape, input_offset, weights_offset, input_data<Value>(buffers, in),
                           input_data<Weight>(buffers, weights), input_data<Accumulator>(buffers, bias),
                           output_data<Value>(buffers, out), finish.bind());
  };
}

/// One scale for all weights: the product of the scales is taken in float, as the reference kernel does.
CodeFinish code_finish(const OpContext& op, Activation activation) {
  const Tensor& weights = op.input(1);
  if (weights.quantization.scale.size() > 1) return {op, op.input(0), activation, 0};
  const float product = scale_of(op, op.input(0)) * scale_of(op, weights);
  const double real = static_cast<double>(product) / static_cast<double>(scale_of(op, op.output()));
  return {op, activation, checked_multiplier(op, real)};
}

Kernel prepare_unpacked(const OpContext& op) {
  const auto options = op.options<FullyConnectedOptions>();
  const Tensor& input = op.input(0);
  const Tensor& weights = op.input(1);
  const Tensor& output = op.output();
  require_rank(op, weights, 2);
  if (options.weights_format != 0) op.fail("the weights are shuffled, a form for other processors.");
  micro::FullyConnectedShape shape;
  shape.outputs = weights.shape[0];
  shape.inputs = weights.shape[1];
  if (shape.inputs < 1 || shape.outputs < 1 || elements(input) % shape.inputs != 0) {
    op.fail("weights [{}] do not fit the input [{}]. Was the model exported for another input shape?",
            shape_text(weights.shape), shape_text(input.shape));
  }
  shape.batches = static_cast<int>(elements(input) / shape.inputs);
  if (elements(output) != std::int64_t{1} * shape.batches * shape.outputs) {
    op.fail("the output [{}] must have {} x {} elements.", shape_text(output.shape), shape.batches, shape.outputs);
  }
  const Tensor* bias = op.optional_input(2);
  if (bias != nullptr && elements(*bias) != shape.outputs) {
    op.fail("bias '{}' has shape [{}]; expected [{}].", bias->name, shape_text(bias->shape), shape.outputs);
  }
  const auto bias_is = [&](TensorType type) { return bias == nullptr || bias->type == type; };

  if (all_types(op, TensorType::float32, {0, 1}) && bias_is(TensorType::float32)) {
    const FloatFinish finish(options.activation);
    if (Kernel fast = simd_kernel<float, float>(op, [&](const float* reals, const float* start) {
          return simd::fully_connected(shape, reals, start, finish.bind());
        })) {
      return fast;
    }
    return kernel<float, float, float>(op, shape, 0, 0, finish);
  }
  if (weights_type(op) != TensorType::int8 || output.type != input.type) op.fail_types();
  if (weights.type == TensorType::int4 && weights.quantization.scale.size() > 1) {
    op.fail("weights of int4 must have one scale; '{}' has {}.", weights.name, weights.quantization.scale.size());
  }
  const std::int32_t weights_offset = -zero_point_of(op, weights);
  if (input.type == TensorType::int8 && bias_is(TensorType::int32)) {
    const std::int32_t offset = -zero_point_of(op, input);
    const CodeFinish finish = code_finish(op, options.activation);
    if (weights_offset == 0) {
      if (Kernel fast =
              simd_kernel<std::int8_t, std::int32_t>(op, [&](const std::int8_t* codes, const std::int32_t* start) {
                return simd::fully_connected(shape, offset, codes, start, finish.bind());
              })) {
        return fast;
      }
    }
    return kernel<std::int32_t, std::int8_t, std::int8_t>(op, shape, offset, weights_offset, finish);
  }
  if (input.type == TensorType::int16 && bias_is(TensorType::int64)) {
    return kernel<std::int64_t, std::int16_t, std::int8_t>(op, shape, 0, weights_offset,
                                                           code_finish(op, options.activation).for_64_bits(op));
  }
  if (input.type == TensorType::int16 && bias_is(TensorType::int32)) {
    return kernel<std::int32_t, std::int16_t, std::int8_t>(op, shape, 0, weights_offset,
                                                           code_finish(op, options.activation));
  }
  op.fail_types();
}

Kernel prepare(const OpContext& op) { return with_unpacked_weights(op, prepare_unpacked(op)); }

KernelParameters parameters(const OpContext& op) {
  if (!is_quantized_type(op.input(0).type) || !is_quantized_type(weights_type(op))) return {};
  const CodeFinish finish = code_finish(op, op.options<FullyConnectedOptions>().activation);
  const micro::Requantize requantize = finish.bind();
  KernelParameters parameters;
  append_offsets(parameters, op, op.input(0), op.input(1), requantize);
  if (!requantize.per_channel) {
    parameters.emplace_back("output_multiplier", std::int64_t{requantize.multipliers->value});
    parameters.emplace_back("output_shift", std::int64_t{requantize.multipliers->shift});
  }
  return parameters;
}

std::vector<ArenaBytes> arrays(const OpContext& op) {
  return op.input(1).quantization.scale.size() > 1 ? channel_arrays(op) : std::vector<ArenaBytes>{};
}

/// With MVE the sums of the weights are kept, or formed anew each time when the weights are no constants. Outputs of
/// rank 3 and 4 are computed as a 1x1 convolution, which has multipliers for each channel.
KernelMemory cmsis_nn(const OpContext& op, DeviceKernels kernels) {
  KernelMemory memory{.data = {96, 72}, .arrays = arrays(op)};
  if (op.input(0).type != TensorType::int8 || op.input(1).type != TensorType::int8) return memory;
  const std::int64_t depth = op.input(1).shape.back();
  const std::int64_t units = op.output().shape.back();
  if (op.output().shape.size() > 2 && depth % 4 == 0) {
    if (op.input(1).quantization.scale.size() <= 1) memory.scratch = one_buffer(8 * units);
  } else if (kernels == DeviceKernels::cmsis_nn_mve) {
    const Tensor* bias = op.optional_input(2);
    const bool constant = op.is_constant(op.input(1)) && (bias == nullptr || op.is_constant(*bias));
    auto& place = constant ? memory.arrays : memory.scratch;
    place.push_back({4 * units, 4 * units});
  }
  return memory;
}

}  // namespace

extern const OpDef fully_connected_def = {
    .code = BuiltinOperator::fully_connected,
    .options = &kOptions,
    .options_text = activation_option<FullyConnectedOptions>,
    .cost = cost,
    .prepare = prepare,
    .parameters = parameters,
    .parsed_options = {16, 16, 4},
    .data = {64, 48},
    .arrays = arrays,
    .scratch = unpacked_weights,
    .cmsis_nn = cmsis_nn,
};

}  // namespace mltk::tflite
