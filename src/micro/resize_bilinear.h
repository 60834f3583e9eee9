#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace mltk::micro {

struct ResizeShape {
  int batches = 1;
  int in_h = 0, in_w = 0;
  int out_h = 0, out_w = 0;
  int channels = 0;
  bool align_corners = false;
  bool half_pixel_centers = false;
};

/// Where an output row or column lies between two input ones, in units of 1/1024.
struct BilinearPosition {
  int low = 0;
  int high = 0;
  std::int32_t weight = 0;  ///< of `high`, may be negative at the border
};

inline BilinearPosition bilinear_position(int i, int in, int out, bool align_corners, bool half_pixel_centers) {
  const std::int32_t scale =
      align_corners && out > 1 ? (1024 * (in - 1) + (out - 1) / 2) / (out - 1) : (1024 * in + out / 2) / out;
  const std::int32_t position = half_pixel_centers ? i * scale + scale / 2 - 512 : i * scale;
  const int low = position / 1024 > 0 ? position / 1024 : 0;
  const int high = (position + 1023) / 1024 < in - 1 ? (position + 1023) / 1024 : in - 1;
  return {low, high, position - 1024 * low};
}

/// input [N, H, W, C] i8 or i16   output [N, P, Q, C]
template <class Value>
void resize_bilinear(const ResizeShape& s, const Value* input, Value* output) {
  for (int n = 0; n < s.batches; ++n) {
    const Value* image = input + static_cast<std::ptrdiff_t>(n) * s.in_h * s.in_w * s.channels;
    for (int oy = 0; oy < s.out_h; ++oy) {
      const auto y = bilinear_position(oy, s.in_h, s.out_h, s.align_corners, s.half_pixel_centers);
      for (int ox = 0; ox < s.out_w; ++ox) {
        const auto x = bilinear_position(ox, s.in_w, s.out_w, s.align_corners, s.half_pixel_centers);
        for (int c = 0; c < s.channels; ++c) {
          const auto at = [&](int row, int column) {
            return static_cast<std::int64_t>(
                image[(static_cast<std::ptrdiff_t>(row) * s.in_w + column) * s.channels + c]);
          };
          const std::int64_t sum = at(y.low, x.low) * (1024 - y.weight) * (1024 - x.weight) +
                                   at(y.high, x.low) * y.weight * (1024 - x.weight) +
                                   at(y.low, x.high) * (1024 - y.weight) * x.weight +
                                   at(y.high, x.high) * y.weight * x.weight;
          constexpr std::int64_t kHalf = 1 << 19;
          *output++ = static_cast<Value>((sum > 0 ? sum + kHalf : sum - kHalf) / (1 << 20));
        }
      }
    }
  }
}

/// Source coordinate of an output one, in float.
inline float resize_coordinate(int i, int in, int out, bool align_corners, bool half_pixel_centers) {
  const float scale = align_corners && out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                                               : static_cast<float>(in) / static_cast<float>(out);
  return half_pixel_centers ? (static_cast<float>(i) + 0.5F) * scale - 0.5F : static_cast<float>(i) * scale;
}

inline void resize_bilinear(const ResizeShape& s, const float* input, float* output) {
  for (int n = 0; n < s.batches; ++n) {
    const float* image = input + static_cast<std::ptrdiff_t>(n) * s.in_h * s.in_w * s.channels;
    for (int oy = 0; oy < s.out_h; ++oy) {
      const float y = resize_coordinate(oy, s.in_h, s.out_h, s.align_corners, s.half_pixel_centers);
      const int y0 = y > 0 ? static_cast<int>(std::floor(y)) : 0;
      const int y1 = static_cast<int>(std::ceil(y)) < s.in_h - 1 ? static_cast<int>(std::ceil(y)) : s.in_h - 1;
      for (int ox = 0; ox < s.out_w; ++ox) {
        const float x = resize_coordinate(ox, s.in_w, s.out_w, s.align_corners, s.half_pixel_centers);
        const int x0 = x > 0 ? static_cast<int>(std::floor(x)) : 0;
        const int x1 = static_cast<int>(std::ceil(x)) < s.in_w - 1 ? static_cast<int>(std::ceil(x)) : s.in_w - 1;
        const float dy = y - static_cast<float>(y0);
        const float dx = x - static_cast<float>(x0);
        for (int c = 0; c < s.channels; ++c) {
          const auto at = [&](int row, int column) {
            return image[(static_cast<std::ptrdiff_t>(row) * s.in_w + column) * s.channels + c];
          };
          *output++ = at(y0, x0) * (1 - dy) * (1 - dx) + at(y1, x0) * dy * (1 - dx) + at(y0, x1) * (1 - dy) * dx +
                      at(y1, x1) * dy * dx;
        }
      }
    }
  }
}

}  // namespace mltk::micro
