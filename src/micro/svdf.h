#pragma once

#include <cstddef>

#include "micro/fixed_point.h"

namespace mltk::micro {

struct SvdfShape {
  int batches = 1;
  int inputs = 0;
  int filters = 0;  ///< units * rank
  int units = 0;
  int rank = 1;
  int memory = 0;  ///< past values of each filter
};

/// A filter over features, then one over time: the state holds the last `memory` results of the first.
///
/// input [B, I]   feature [F, I]   time [F, M]   bias [U] or null   state [B, F, M], kept   sums [B, F]   output [B, U]
/// `to_state` turns a feature sum into a state value, `finish` a unit's sum into an output.
template <class Accumulator, class Input, class Weight, class State, class Time, class Output, class ToState,
          class Finish>
void svdf(const SvdfShape& s, std::int32_t input_offset, std::int32_t state_offset, const Input* input,
          const Weight* feature, const Time* time, const Accumulator* bias, State* state, Accumulator* sums,
          Output* output, const ToState& to_state, const Finish& finish) {
  const std::ptrdiff_t states = static_cast<std::ptrdiff_t>(s.batches) * s.filters * s.memory;
  for (std::ptrdiff_t i = 1; i < states; ++i) state[i - 1] = state[i];
  for (int b = 0; b < s.batches; ++b) {
    for (int f = 0; f < s.filters; ++f) {
      Accumulator sum = 0;
      for (int i = 0; i < s.inputs; ++i) {
        sum += static_cast<Accumulator>(feature[static_cast<std::ptrdiff_t>(f) * s.inputs + i]) *
               (static_cast<Accumulator>(input[static_cast<std::ptrdiff_t>(b) * s.inputs + i]) +
                static_cast<Accumulator>(input_offset));
      }
      State* row = state + (static_cast<std::ptrdiff_t>(b) * s.filters + f) * s.memory;
      row[s.memory - 1] = static_cast<State>(to_state(sum));
    }
  }
  for (int i = 0; i < s.batches * s.filters; ++i) {
    Accumulator sum = 0;
    for (int k = 0; k < s.memory; ++k) {
      sum = add_wrapping(sum,
                         static_cast<Accumulator>(
                             static_cast<Accumulator>(time[static_cast<std::ptrdiff_t>(i % s.filters) * s.memory + k]) *
                             (static_cast<Accumulator>(state[static_cast<std::ptrdiff_t>(i) * s.memory + k]) +
                              static_cast<Accumulator>(state_offset))));
    }
    sums[i] = sum;
  }
  for (int b = 0; b < s.batches; ++b) {
    for (int u = 0; u < s.units; ++u) {
      Accumulator sum = bias == nullptr ? Accumulator{} : bias[u];
      for (int r = 0; r < s.rank; ++r) sum = add_wrapping(sum, sums[b * s.filters + u * s.rank + r]);
      *output++ = static_cast<Output>(finish(sum));
    }
  }
}

}  // namespace mltk::micro
