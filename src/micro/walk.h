#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mltk::micro {

/// A walk over an array: step (i0, i1, ...) stands at start + sum of i * stride, in elements, outermost axis first.
/// Serves the operators that move or reduce codes: TRANSPOSE, SLICE, STRIDED_SLICE, PAD, MEAN and their relatives.
struct Walk {
  static constexpr int kRank = 6;
  int sizes[kRank] = {1, 1, 1, 1, 1, 1};
  std::ptrdiff_t strides[kRank] = {};
  std::ptrdiff_t start = 0;
};

inline bool is_empty(const Walk& w) {
  for (const int size : w.sizes) {
    if (size == 0) return true;
  }
  return false;
}

/// Call function(offset) at each step in order.
template <class Function>
void for_each_offset(const Walk& w, Function function) {
  if (is_empty(w)) return;  // whatever the other sizes are
  for (int i = 0; i < w.sizes[0]; ++i)
    for (int j = 0; j < w.sizes[1]; ++j)
      for (int k = 0; k < w.sizes[2]; ++k)
        for (int l = 0; l < w.sizes[3]; ++l)
          for (int m = 0; m < w.sizes[4]; ++m) {
            const std::ptrdiff_t row =
                w.start + i * w.strides[0] + j * w.strides[1] + k * w.strides[2] + l * w.strides[3] + m * w.strides[4];
            for (int n = 0; n < w.sizes[5]; ++n) function(row + n * w.strides[5]);
          }
}

/// Gather elements of `item` bytes from the walk's places.
inline void gather(const Walk& walk, int item, const std::uint8_t* input, std::uint8_t* output) {
  const auto bytes = static_cast<std::size_t>(item);
  for_each_offset(walk, [&](std::ptrdiff_t offset) {
    std::memcpy(output, input + offset * item, bytes);
    output += item;
  });
}

/// Scatter elements of `item` bytes to the walk's places.
inline void scatter(const Walk& walk, int item, const std::uint8_t* input, std::uint8_t* output) {
  const auto bytes = static_cast<std::size_t>(item);
  for_each_offset(walk, [&](std::ptrdiff_t offset) {
    std::memcpy(output + offset * item, input, bytes);
    input += item;
  });
}

/// Repeat one element of `item` bytes `count` times.
inline void fill(const std::uint8_t* value, int item, std::int64_t count, std::uint8_t* output) {
  if (item == 1) {
    std::memset(output, *value, static_cast<std::size_t>(count));
    return;
  }
  for (std::int64_t i = 0; i < count; ++i) std::memcpy(output + i * item, value, static_cast<std::size_t>(item));
}

}  // namespace mltk::micro
