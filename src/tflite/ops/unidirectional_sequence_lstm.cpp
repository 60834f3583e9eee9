#include "tflite/ops/unidirectional_sequence_lstm.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "micro/unidirectional_sequence_lstm.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<UnidirectionalSequenceLstmOptions>(71);

// Places of the inputs; gates in the order input, forget, cell, output.
constexpr std::size_t kInputWeights = 1;
constexpr std::size_t kRecurrentWeights = 5;
constexpr std::size_t kBiases = 12;
constexpr std::size_t kHiddenState = 18;
constexpr std::size_t kCellState = 19;
constexpr std::size_t kGates = 4;
constexpr std::array<std::size_t, 9> kUnsupported = {9, 10, 11, 16, 17, 20, 21, 22, 23};  // peephole, projection, norm

std::string text(const Operator& op) {
  return fmt::format("Time major:{}", options_as<UnidirectionalSequenceLstmOptions>(op).time_major ? "True" : "False");
}

micro::LstmShape shape_of(const OpContext& op) {
  const Tensor& input = op.input(0);
  const auto options = op.options<UnidirectionalSequenceLstmOptions>();
  require_rank(op, input, 3);
  require_rank(op, op.input(kCellState), 2);
  micro::LstmShape shape;
  shape.time_major = options.time_major;
  shape.batches = input.shape[shape.time_major ? 1 : 0];
  shape.steps = input.shape[shape.time_major ? 0 : 1];
  shape.inputs = input.shape[2];
  shape.units = op.input(kCellState).shape[1];
  for (std::size_t gate = 0; gate < kGates; ++gate) {
    require_shape(op, op.input(kInputWeights + gate), {shape.units, shape.inputs});
    require_shape(op, op.input(kRecurrentWeights + gate), {shape.units, shape.units});
    if (op.optional_input(kBiases + gate) != nullptr) require_shape(op, op.input(kBiases + gate), {shape.units});
  }
  require_shape(op, op.input(kHiddenState), {shape.batches, shape.units});
  require_shape(op, op.input(kCellState), {shape.batches, shape.units});
  require_shape(op, op.output(), {input.shape[0], input.shape[1], shape.units});
  for (const std::size_t i : kUnsupported) {
    if (op.optional_input(i) != nullptr)
      op.fail("peephole, projection and layer normalization do not run (input {}).", i);
  }
  if (!op.input(kHiddenState).is_variable || !op.input(kCellState).is_variable) {
    op.fail("its states must be variable tensors.");
  }
  return shape;
}

void check_types(const OpContext& op, TensorType value, TensorType weight, TensorType bias, TensorType cell) {
  bool right = op.input(0).type == value && op.output().type == value && op.input(kHiddenState).type == value &&
               op.input(kCellState).type == cell;
  for (std::size_t gate = 0; gate < kGates; ++gate) {
    const Tensor* gate_bias = op.optional_input(kBiases + gate);
    right = right && op.input(kInputWeights + gate).type == weight &&
            op.input(kRecurrentWeights + gate).type == weight && (gate_bias == nullptr || gate_bias->type == bias);
  }
  if (!right) op.fail_types();
}

micro::LstmParams params_of(const OpContext& op) {
  constexpr double kGateOutputScale = 1.0 / 32768;
  const float cell_scale = scale_of(op, op.input(kCellState));
  const double hidden_scale = scale_of(op, op.input(kHiddenState));
  int exponent = 0;
  if (std::frexp(cell_scale, &exponent) != 0.5F) op.fail("the cell state's scale {} is no power of two.", cell_scale);
  micro::LstmParams params;
  params.cell_exponent = exponent - 1;
  if (params.cell_exponent < -30 || params.cell_exponent > 0) op.fail("the cell state's scale is {}.", cell_scale);
  params.input_zero_point = zero_point_of(op, op.input(0));
  params.hidden_zero_point = zero_point_of(op, op.input(kHiddenState));
  params.cell_clip = static_cast<std::int32_t>(
      std::clamp(op.options<UnidirectionalSequenceLstmOptions>().cell_clip / cell_scale, 0.0F, 32767.0F));
  params.forget_cell = checked_multiplier(op, kGateOutputScale);
  params.input_cell = checked_multiplier(op, kGateOutputScale * kGateOutputScale / static_cast<double>(cell_scale));
  params.output_hidden = checked_multiplier(op, kGateOutputScale * kGateOutputScale / hidden_scale);
  return params;
}

struct GateMultipliers {
  micro::Multiplier input;
  micro::Multiplier recurrent;
};

std::array<GateMultipliers, kGates> gate_multipliers(const OpContext& op) {
  constexpr double kGateInputScale = 1.0 / 4096;
  const auto multiplier = [&](const Tensor& values, const Tensor& weights) {
    const float product = scale_of(op, values) * scale_of(op, weights);
    return checked_multiplier(op, static_cast<double>(product) / kGateInputScale);
  };
  std::array<GateMultipliers, kGates> multipliers;
  for (std::size_t gate = 0; gate < kGates; ++gate) {
    multipliers[gate].input = multiplier(op.input(0), op.input(kInputWeights + gate));
    multipliers[gate].recurrent = multiplier(op.input(kHiddenState), op.input(kRecurrentWeights + gate));
  }
  return multipliers;
}

struct Slots {
  std::array<std::size_t, kGates> input_weights, recurrent_weights, biases, scratch;
  std::size_t input, hidden, cell, output;
};

Slots slots_of(const OpContext& op) {
  Slots slots{};
  for (std::size_t gate = 0; gate < kGates; ++gate) {
    slots.input_weights[gate] = op.input_slot(kInputWeights + gate);
    slots.recurrent_weights[gate] = op.input_slot(kRecurrentWeights + gate);
    slots.biases[gate] = op.input_slot(kBiases + gate);
    slots.scratch[gate] = op.scratch_slot(gate);
  }
  slots.input = op.input_slot(0);
  slots.hidden = op.input_slot(kHiddenState);
  slots.cell = op.input_slot(kCellState);
  slots.output = op.output_slot();
  return slots;
}

template <class Value, class Bias, class Cell, class Params>
Kernel kernel(const OpContext& op, const Params& params, const std::array<GateMultipliers, kGates>& multipliers) {
  return [=, shape = shape_of(op), slots = slots_of(op)](Buffers buffers) {
    const auto gate = [&](std::size_t i) {
      return micro::LstmGate<Value, Bias>{
          input_data<Value>(buffers, slots.input_weights[i]), input_data<Value>(buffers, slots.recurrent_weights[i]),
          input_data<Bias>(buffers, slots.biases[i]), multipliers[i].input, multipliers[i].recurrent};
    };
    Cell* const scratch[kGates] = {
        output_data<Cell>(buffers, slots.scratch[0]), output_data<Cell>(buffers, slots.scratch[1]),
        output_data<Cell>(buffers, slots.scratch[2]), output_data<Cell>(buffers, slots.scratch[3])};
    micro::unidirectional_sequence_lstm(
        shape, params, {gate(0), gate(1), gate(2), gate(3)}, input_data<Value>(buffers, slots.input),
        output_data<Value>(buffers, slots.hidden), output_data<Cell>(buffers, slots.cell),
        output_data<Value>(buffers, slots.output), scratch);
  };
}

Kernel prepare(const OpContext& op) {
  if (op.input(0).type == TensorType::float32) {
    check_types(op, TensorType::float32, TensorType::float32, TensorType::float32, TensorType::float32);
    return kernel<float, float, float>(op, op.options<UnidirectionalSequenceLstmOptions>().cell_clip, {});
  }
  check_types(op, TensorType::int8, TensorType::int8, TensorType::int32, TensorType::int16);
  return kernel<std::int8_t, std::int32_t, std::int16_t>(op, params_of(op), gate_multipliers(op));
}

std::vector<ArenaBytes> scratch(const OpContext& op) {
  const std::int64_t bytes = byte_size(op.input(kCellState));
  return {kGates, ArenaBytes{bytes, bytes}};
}

/// Quantized: the sums of the weights of each gate, for inputs and hidden state; the cell's gate needs no buffer.
KernelMemory cmsis_nn(const OpContext& op, DeviceKernels) {
  KernelMemory memory{.data = {1008, 892}, .scratch = scratch(op)};
  if (op.input(0).type == TensorType::float32) return memory;
  const std::int64_t sum_bytes = op.input(0).type == TensorType::int16 ? 8 : 4;
  const std::int64_t bytes = sum_bytes * dimension(op.input(kRecurrentWeights), 1);
  memory.arrays.assign(2 * kGates, ArenaBytes{bytes, bytes});
  memory.scratch.pop_back();
  return memory;
}

}  // namespace

extern const OpDef unidirectional_sequence_lstm_def = {
    .code = BuiltinOperator::unidirectional_sequence_lstm,
    .options = &kOptions,
    .options_text = text,
    .prepare = prepare,
    .parsed_options = {16, 16, 4},
    .data = {688, 672},
    .scratch = scratch,
    .cmsis_nn = cmsis_nn,
};

}  // namespace mltk::tflite
