#pragma once

#include <cstddef>
#include <cstdint>

namespace mltk::micro {

/// Two operands whose axes of size 1 repeat. A stride of 0 repeats; axes are outermost first.
struct Broadcast {
  static constexpr int kRank = 6;
  int sizes[kRank] = {1, 1, 1, 1, 1, 1};
  int strides_a[kRank] = {};
  int strides_b[kRank] = {};
};

/// Call function(index in a, index in b) for each output element in order.
template <class Function>
void for_each_pair(const Broadcast& s, Function function) {
  for (int i = 0; i < s.sizes[0]; ++i)
    for (int j = 0; j < s.sizes[1]; ++j)
      for (int k = 0; k < s.sizes[2]; ++k)
        for (int l = 0; l < s.sizes[3]; ++l)
          for (int m = 0; m < s.sizes[4]; ++m) {
            const auto at = [&](const int* t) {
              return static_cast<std::ptrdiff_t>(i) * t[0] + static_cast<std::ptrdiff_t>(j) * t[1] +
                     static_cast<std::ptrdiff_t>(k) * t[2] + static_cast<std::ptrdiff_t>(l) * t[3] +
                     static_cast<std::ptrdiff_t>(m) * t[4];
            };
            const std::ptrdiff_t a = at(s.strides_a);
            const std::ptrdiff_t b = at(s.strides_b);
            for (int n = 0; n < s.sizes[5]; ++n) function(a + n * s.strides_a[5], b + n * s.strides_b[5]);
          }
}

}  // namespace mltk::micro
