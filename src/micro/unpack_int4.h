#pragma once

#include <cstdint>

namespace mltk::micro {

/// Two's-complement numbers of 4 bits, the low half of a byte first, as bytes.
inline void unpack_int4(const std::uint8_t* packed, std::int64_t count, std::int8_t* output) {
  for (std::int64_t i = 0; i < count; ++i) {
    const int nibble = (packed[i / 2] >> (i % 2 * 4)) & 15;
    output[i] = static_cast<std::int8_t>(nibble >= 8 ? nibble - 16 : nibble);
  }
}

}  // namespace mltk::micro
