#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mltk::micro {

/// output[i] = input[index[i]], or `fill` where the index is negative; `item` bytes per element.
inline void copy_by_index(const std::int32_t* index, std::size_t count, std::size_t item, const std::uint8_t* fill,
                          const std::uint8_t* input, std::uint8_t* output) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* source = index[i] < 0 ? fill : input + static_cast<std::size_t>(index[i]) * item;
    std::memcpy(output + i * item, source, item);
  }
}

}  // namespace mltk::micro
