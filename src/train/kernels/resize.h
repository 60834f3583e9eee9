#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "graph/ops/resize.h"
#include "train/kernels/kernel.h"

namespace mltk::kernels {

/// The pixels of one axis that make one pixel of the result.
struct ResizeTaps {
  std::array<std::int64_t, 4> index = {};
  std::array<float, 4> weight = {};
  std::size_t count = 0;

  void add(std::int64_t at, float factor) {
    index[count] = at;
    weight[count++] = factor;
  }
};

/// Keys 1981 with a = -0.5, for distances up to 1 and up to 2.
inline float cubic(float x) {
  constexpr float kA = -0.5F;
  return x <= 1 ? ((kA + 2) * x - (kA + 3)) * x * x + 1 : ((kA * x - 5 * kA) * x + 8 * kA) * x - 4 * kA;
}

inline ResizeTaps resize_taps(std::int64_t at, std::int64_t from, std::int64_t to, Interpolation interpolation) {
  const float scale = static_cast<float>(from) / static_cast<float>(to);
  ResizeTaps taps;
  if (interpolation == Interpolation::nearest) {
    const auto nearest = static_cast<std::int64_t>(std::floor((static_cast<float>(at) + 0.5F) * scale));
    taps.add(std::min(nearest, from - 1), 1);
    return taps;
  }
  const float position = (static_cast<float>(at) + 0.5F) * scale - 0.5F;
  const auto first = static_cast<std::int64_t>(std::floor(position));
  const float fraction = position - std::floor(position);
  if (interpolation == Interpolation::bilinear) {
    taps.add(std::max<std::int64_t>(first, 0), 1 - fraction);
    taps.add(std::min(first + 1, from - 1), fraction);
    return taps;
  }
  // TensorFlow looks the weights up in steps of 1 / 1024 and leaves out pixels beyond the border.
  const float looked_up = std::nearbyint(fraction * 1024) / 1024;
  const std::array<float, 4> weights = {cubic(1 + looked_up), cubic(looked_up), cubic(1 - looked_up),
                                        cubic(2 - looked_up)};
  float sum = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    const std::int64_t index = first - 1 + static_cast<std::int64_t>(k);
    if (index < 0 || index >= from) continue;
    taps.add(index, weights[k]);
    sum += weights[k];
  }
  for (std::size_t k = 0; k < taps.count; ++k) taps.weight[k] /= sum;
  return taps;
}

/// Call f(large, small, weight) with the offsets of the channels of a pixel of the result and of one that it is made
/// of.
template <class F>
void for_each_resize_tap(const ResizeAttributes& resize, const Shape& input, const F& f) {
  for (std::int64_t p = 0; p < resize.height; ++p) {
    const ResizeTaps rows = resize_taps(p, input[1], resize.height, resize.interpolation);
    for (std::int64_t q = 0; q < resize.width; ++q) {
      const ResizeTaps columns = resize_taps(q, input[2], resize.width, resize.interpolation);
      for (std::size_t i = 0; i < rows.count; ++i) {
        for (std::size_t j = 0; j < columns.count; ++j) {
          f((p * resize.width + q) * input[3], (rows.index[i] * input[2] + columns.index[j]) * input[3],
            rows.weight[i] * columns.weight[j]);
        }
      }
    }
  }
}

}  // namespace mltk::kernels
