#pragma once

// What librosa makes of a sound: tools/make_golden_sounds.py.

#include <filesystem>
#include <string>
#include <vector>

#include "tensor/npy.h"

namespace mltk::audio {

inline std::filesystem::path golden_sounds() {
  return std::filesystem::path(MLTK_SOURCE_DIR) / "tests" / "golden" / "sounds";
}

inline std::vector<float> golden_sound(const std::string& name) {
  const Tensor tensor = read_npy(golden_sounds() / (name + ".npy"));
  return {tensor.as<float>().begin(), tensor.as<float>().end()};
}

/// Largest difference of two sounds of one length, away from the first and last `edge` samples.
inline float largest_difference(const std::vector<float>& a, const std::vector<float>& b, std::size_t edge = 0) {
  float largest = 0;
  for (std::size_t i = edge; i + edge < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

}  // namespace mltk::audio
