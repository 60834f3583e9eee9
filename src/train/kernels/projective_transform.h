#pragma once

#include <algorithm>
#include <cmath>

#include "graph/ops/projective_transform.h"
#include "train/kernels/kernel.h"

namespace mltk::kernels {

/// A place on an axis of `size` pixels, moved to where its pixels are; the rules are those of TensorFlow's
/// ImageProjectiveTransformV3, also where they are uneven (wrap counts periods of size - 1).
inline float inside(float at, std::int64_t size, FillMode mode) {
  const auto length = static_cast<float>(size);
  const float last = length - 1;
  if (mode == FillMode::constant || (at >= 0 && at <= last)) return at;
  if (mode != FillMode::nearest && size > 1) {
    if (mode == FillMode::wrap) {
      at += at < 0 ? length * (std::trunc(-at / last) + 1) : -length * std::trunc(at / last);
    } else if (at < 0) {
      if (at < 2 * length) at += 2 * length * std::trunc(-at / (2 * length));
      at = at < -length ? at + 2 * length : -at - 1;
    } else {
      at -= 2 * length * std::trunc(at / (2 * length));
      if (at >= length) at = 2 * length - at - 1;
    }
  }
  return std::clamp(at, 0.0F, last);
}

/// Call f(to, from, weight) with the offsets of the channels of a pixel of the result and of one of the picture that it
/// is made of; `from` is -1 for one beyond the border.
template <class F>
void for_each_transform_tap(const ProjectiveTransformAttributes& transform, const Shape& picture, const float* t,
                            const F& f) {
  const std::int64_t height = picture[1];
  const std::int64_t width = picture[2];
  const std::int64_t channels = picture[3];
  const auto tap = [&](std::int64_t to, float row, float column, float weight) {
    const bool is_inside =
        row >= 0 && column >= 0 && row < static_cast<float>(height) && column < static_cast<float>(width);
    const auto from = (static_cast<std::int64_t>(row) * width + static_cast<std::int64_t>(column)) * channels;
    f(to, is_inside ? from : -1, weight);
  };
  for (std::int64_t p = 0; p < transform.height; ++p) {
    for (std::int64_t q = 0; q < transform.width; ++q) {
      const auto x = static_cast<float>(q);
      const auto y = static_cast<float>(p);
      const std::int64_t to = (p * transform.width + q) * channels;
      const float divisor = t[6] * x + t[7] * y + 1;
      if (divisor == 0) {
        f(to, std::int64_t{-1}, 1.0F);
        continue;
      }
      const float column = inside((t[0] * x + t[1] * y + t[2]) / divisor, width, transform.fill_mode);
      const float row = inside((t[3] * x + t[4] * y + t[5]) / divisor, height, transform.fill_mode);
      if (!std::isfinite(row) || !std::isfinite(column)) {
        f(to, std::int64_t{-1}, 1.0F);
      } else if (transform.interpolation == Interpolation::nearest) {
        tap(to, std::round(row), std::round(column), 1);
      } else {
        const float top = std::floor(row);
        const float left = std::floor(column);
        tap(to, top, left, (top + 1 - row) * (left + 1 - column));
        tap(to, top, left + 1, (top + 1 - row) * (column - left));
        tap(to, top + 1, left, (row - top) * (left + 1 - column));
        tap(to, top + 1, left + 1, (row - top) * (column - left));
      }
    }
  }
}

}  // namespace mltk::kernels
