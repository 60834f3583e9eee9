#pragma once

#include <cmath>
#include <cstddef>

#include "micro/dot.h"
#include "micro/fixed_point.h"
#include "micro/sigmoid_table.h"

namespace mltk::micro {

struct LstmShape {
  int batches = 1;
  int steps = 0;
  int inputs = 0;
  int units = 0;
  bool time_major = false;  ///< [T, B, I] instead of [B, T, I]
};

/// The weights of one gate. Bias and multipliers belong to the element types of the kernel.
template <class Weight, class Bias>
struct LstmGate {
  const Weight* input_weights = nullptr;      ///< [N, I]
  const Weight* recurrent_weights = nullptr;  ///< [N, N]
  const Bias* bias = nullptr;                 ///< [N]
  Multiplier input_multiplier;
  Multiplier recurrent_multiplier;
};

template <class Weight, class Bias>
struct LstmGates {
  LstmGate<Weight, Bias> input, forget, cell, output;
};

/// Fixed-point parameters: gates have 12 fraction bits before and 15 after their function.
struct LstmParams {
  std::int32_t input_zero_point = 0;
  std::int32_t hidden_zero_point = 0;
  int cell_exponent = 0;       ///< the cell state has scale 2^cell_exponent
  std::int32_t cell_clip = 0;  ///< in codes; 0 does not clip
  Multiplier forget_cell;      ///< forget gate * cell state to cell state
  Multiplier input_cell;       ///< input gate * cell gate to cell state
  Multiplier output_hidden;    ///< output gate * tanh(cell) to hidden state
};

/// LSTM over int8 codes, states in place. Gates in the order of tflite-micro: forget, input, cell, output.
///
/// input [B, T, I]   hidden [B, N] i8   cell [B, N] i16   output [B, T, N]   scratch: 4 times [B, N] i16
inline void unidirectional_sequence_lstm(const LstmShape& s, const LstmParams& p,
                                         const LstmGates<std::int8_t, std::int32_t>& gates, const std::int8_t* input,
                                         std::int8_t* hidden, std::int16_t* cell, std::int8_t* output,
                                         std::int16_t* const scratch[4]) {
  const TableScale gate_scale = table_scale(-12);
  const TableScale cell_scale = table_scale(p.cell_exponent);
  for (int t = 0; t < s.steps; ++t) {
    for (int b = 0; b < s.batches; ++b) {
      const std::ptrdiff_t row =
          s.time_major ? static_cast<std::ptrdiff_t>(t) * s.batches + b : static_cast<std::ptrdiff_t>(b) * s.steps + t;
      const std::int8_t* x = input + row * s.inputs;
      std::int8_t* h = hidden + static_cast<std::ptrdiff_t>(b) * s.units;
      std::int16_t* c = cell + static_cast<std::ptrdiff_t>(b) * s.units;
      const auto preactivation = [&](const LstmGate<std::int8_t, std::int32_t>& gate, int n) {
        const std::int32_t from_input =
            add_wrapping(dot(x, gate.input_weights + static_cast<std::ptrdiff_t>(n) * s.inputs, s.inputs,
                             -p.input_zero_point, std::int32_t{}),
                         gate.bias != nullptr ? gate.bias[n] : 0);
        const std::int32_t from_hidden = dot(h, gate.recurrent_weights + static_cast<std::ptrdiff_t>(n) * s.units,
                                             s.units, -p.hidden_zero_point, std::int32_t{});
        return saturate_16(saturate_16(multiply(from_input, gate.input_multiplier)) +
                           saturate_16(multiply(from_hidden, gate.recurrent_multiplier)));
      };
      std::int16_t* const forget_gate = scratch[0] + static_cast<std::ptrdiff_t>(b) * s.units;
      std::int16_t* const input_gate = scratch[1] + static_cast<std::ptrdiff_t>(b) * s.units;
      std::int16_t* const cell_gate = scratch[2] + static_cast<std::ptrdiff_t>(b) * s.units;
      std::int16_t* const output_gate = scratch[3] + static_cast<std::ptrdiff_t>(b) * s.units;
      for (int n = 0; n < s.units; ++n) {
        forget_gate[n] = logistic_16(gate_scale(preactivation(gates.forget, n)));
        input_gate[n] = logistic_16(gate_scale(preactivation(gates.input, n)));
        cell_gate[n] = tanh_16(gate_scale(preactivation(gates.cell, n)));
        output_gate[n] = logistic_16(gate_scale(preactivation(gates.output, n)));
      }
      for (int n = 0; n < s.units; ++n) {
        const std::int16_t kept =
            saturate_16(multiply(static_cast<std::int32_t>(forget_gate[n]) * c[n], p.forget_cell));
        const std::int16_t added =
            saturate_16(multiply(static_cast<std::int32_t>(input_gate[n]) * cell_gate[n], p.input_cell));
        std::int32_t state = saturate_16(kept + added);
        if (p.cell_clip > 0) state = clamp(state, -p.cell_clip, p.cell_clip);
        c[n] = static_cast<std::int16_t>(state);
        const std::int32_t product = static_cast<std::int32_t>(tanh_16(cell_scale(c[n]))) * output_gate[n];
        h[n] = static_cast<std::int8_t>(
            to_code(multiply(product, p.output_hidden), p.hidden_zero_point, INT8_MIN, INT8_MAX));
        output[row * s.units + n] = h[n];
      }
    }
  }
}

/// The same in float. scratch: 4 times [B, N] f32.
inline void unidirectional_sequence_lstm(const LstmShape& s, float cell_clip, const LstmGates<float, float>& gates,
                                         const float* input, float* hidden, float* cell, float* output,
                                         float* const scratch[4]) {
  const auto logistic = [](float x) { return 1 / (1 + std::exp(-x)); };
  for (int t = 0; t < s.steps; ++t) {
    for (int b = 0; b < s.batches; ++b) {
      const std::ptrdiff_t row =
          s.time_major ? static_cast<std::ptrdiff_t>(t) * s.batches + b : static_cast<std::ptrdiff_t>(b) * s.steps + t;
      const float* x = input + row * s.inputs;
      float* h = hidden + static_cast<std::ptrdiff_t>(b) * s.units;
      float* c = cell + static_cast<std::ptrdiff_t>(b) * s.units;
      const auto preactivation = [&](const LstmGate<float, float>& gate, int n) {
        return dot(x, gate.input_weights + static_cast<std::ptrdiff_t>(n) * s.inputs, s.inputs, 0, float{}) +
               dot(h, gate.recurrent_weights + static_cast<std::ptrdiff_t>(n) * s.units, s.units, 0, float{}) +
               (gate.bias != nullptr ? gate.bias[n] : 0);
      };
      for (int n = 0; n < s.units; ++n) {
        const float forget = logistic(preactivation(gates.forget, n));
        const float added = logistic(preactivation(gates.input, n)) * std::tanh(preactivation(gates.cell, n));
        scratch[0][n] = logistic(preactivation(gates.output, n));
        c[n] = forget * c[n] + added;
        if (cell_clip > 0) c[n] = clamp(c[n], -cell_clip, cell_clip);
      }
      for (int n = 0; n < s.units; ++n) {
        h[n] = scratch[0][n] * std::tanh(c[n]);
        output[row * s.units + n] = h[n];
      }
    }
  }
}

}  // namespace mltk::micro
