#pragma once

#include <cstddef>

#include "micro/fixed_point.h"

namespace mltk::micro {

/// Places of a running sum along the middle axis of [O, N, I].
struct CumsumShape {
  int outer = 1;
  int size = 1;
  int inner = 1;
  bool exclusive = false;  ///< the sum of the elements before
  bool reverse = false;    ///< from the end
};

/// output = finish(running sum of term(input)), which begins with `start`.
template <class Sum, class Value, class Term, class Finish>
void cumsum(const CumsumShape& s, Sum start, const Value* input, Value* output, const Term& term,
            const Finish& finish) {
  for (int o = 0; o < s.outer; ++o) {
    for (int i = 0; i < s.inner; ++i) {
      Sum sum = start;
      for (int k = 0; k < s.size; ++k) {
        const int at = s.reverse ? s.size - 1 - k : k;
        const std::ptrdiff_t index = (static_cast<std::ptrdiff_t>(o) * s.size + at) * s.inner + i;
        const Sum next = add_wrapping(sum, term(input[index]));
        output[index] = static_cast<Value>(finish(s.exclusive ? sum : next));
        sum = next;
      }
    }
  }
}

}  // namespace mltk::micro
