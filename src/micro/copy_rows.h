#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mltk::micro {

/// Copy `rows` rows of `row_bytes`, which start `input_stride` and `output_stride` bytes apart. One call per tensor
/// joins along an axis (CONCATENATION, PACK) or cuts (SPLIT, UNPACK).
inline void copy_rows(std::size_t rows, std::size_t row_bytes, const std::uint8_t* input, std::size_t input_stride,
                      std::uint8_t* output, std::size_t output_stride) {
  for (std::size_t row = 0; row < rows; ++row) {
    std::memcpy(output + row * output_stride, input + row * input_stride, row_bytes);
  }
}

}  // namespace mltk::micro
