#pragma once

#include <cstddef>
#include <cstdint>

namespace mltk::micro {

/// Index along the middle axis of the first element that no other beats: input [O, N, I], output [O, I].
template <class Value, class Better>
void arg_extreme(int outer, int size, int inner, const Value* input, std::int32_t* output, const Better& better) {
  for (int o = 0; o < outer; ++o) {
    for (int i = 0; i < inner; ++i) {
      const Value* row = input + static_cast<std::ptrdiff_t>(o) * size * inner + i;
      std::int32_t best = 0;
      for (int k = 1; k < size; ++k) {
        if (better(row[static_cast<std::ptrdiff_t>(k) * inner], row[static_cast<std::ptrdiff_t>(best) * inner]))
          best = k;
      }
      *output++ = best;
    }
  }
}

}  // namespace mltk::micro
