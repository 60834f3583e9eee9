#pragma once

#include <cstddef>

#include "micro/dot.h"
#include "micro/finish.h"

namespace mltk::micro {

struct FullyConnectedShape {
  int batches = 1;
  int inputs = 0;
  int outputs = 0;
};

/// output[n, o] = finish(sum over i of (input[n, i] + input_offset) * (weights[o, i] + weights_offset) + bias[o])
///
/// input [N, I]   weights [O, I]   bias [O] or null   output [N, O]
template <class Accumulator, class Value, class Weight, class Finish>
void fully_connected(const FullyConnectedShape& shape, std::int32_t input_offset, std::int32_t weights_offset,
                     const Value* input, const Weight* weights, const Accumulator* bias, Value* output,
                     const Finish& finish) {
  for (int n = 0; n < shape.batches; ++n) {
    const Value* x = input + static_cast<std::ptrdiff_t>(n) * shape.inputs;
    for (int o = 0; o < shape.outputs; ++o) {
      const Weight* w = weights + static_cast<std::ptrdiff_t>(o) * shape.inputs;
      Accumulator sum = dot(x, w, shape.inputs, input_offset, Accumulator{});
      if (weights_offset != 0) {
        for (int i = 0; i < shape.inputs; ++i) {
          sum += static_cast<Accumulator>(x[i]) * static_cast<Accumulator>(weights_offset);
        }
        sum += static_cast<Accumulator>(input_offset) * static_cast<Accumulator>(weights_offset) *
               static_cast<Accumulator>(shape.inputs);
      }
      if (bias != nullptr) sum = add_wrapping(sum, bias[o]);
      *output++ = static_cast<Value>(finish(sum, o));
    }
  }
}

}  // namespace mltk::micro
