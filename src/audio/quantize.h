#pragma once

// From the features of a whole spectrogram to int8.

#include <cstddef>
#include <cstdint>

namespace mltk::audio {

inline std::int8_t saturate_int8(std::int32_t x) {
  return static_cast<std::int8_t>(x < -128 ? -128 : (x > 127 ? 127 : x));
}

/// The range 0 .. 666 to -128 .. 127.
inline void quantize_static(const std::uint16_t* features, std::size_t count, std::int8_t* codes) {
  constexpr std::int32_t kRange = 666;
  for (std::size_t i = 0; i < count; ++i) {
    codes[i] = saturate_int8((features[i] * 256 + kRange / 2) / kRange - 128);
  }
}

/// The largest feature to 127, that minus `range` and all below to -128.
inline void quantize_dynamic(const std::uint16_t* features, std::size_t count, std::int32_t range, std::int8_t* codes) {
  std::int32_t largest = 0;
  for (std::size_t i = 0; i < count; ++i) largest = features[i] > largest ? features[i] : largest;
  const std::int32_t lowest = largest > range ? largest - range : 0;
  const std::int32_t difference = largest > lowest ? largest - lowest : 1;
  for (std::size_t i = 0; i < count; ++i) {
    const auto scaled = static_cast<std::int64_t>(features[i] - lowest) * 255 / difference;
    codes[i] = saturate_int8(static_cast<std::int32_t>(scaled) - 128);
  }
}

}  // namespace mltk::audio
