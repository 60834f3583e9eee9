#pragma once

#include <cmath>
#include <cstddef>

#include "micro/fixed_point.h"
#include "micro/window.h"

namespace mltk::micro {

/// Average of the taps inside of the image, rounded half away from zero. Input and output codes share their scale.
///
/// input [N, H, W, C]   output [N, P, Q, C]
/// Sums a block of channels at a time, so the innermost loop is contiguous.
template <class Value, class Bound>
void average_pool_2d(const Window2d& g, const Value* input, Value* output, Bound low, Bound high) {
  constexpr int kBlock = 32;
  for (int n = 0; n < g.batches; ++n) {
    const Value* image = input + static_cast<std::ptrdiff_t>(n) * g.in_h * g.in_w * g.in_c;
    for (int oy = 0; oy < g.out_h; ++oy) {
      const int y0 = oy * g.stride_h - g.pad_h;
      const TapRange rows = taps_inside(y0, 1, g.filter_h, g.in_h);
      for (int ox = 0; ox < g.out_w; ++ox) {
        const int x0 = ox * g.stride_w - g.pad_w;
        const TapRange columns = taps_inside(x0, 1, g.filter_w, g.in_w);
        const Bound count = static_cast<Bound>((rows.last - rows.first) * (columns.last - columns.first));
        for (int first = 0; first < g.in_c; first += kBlock) {
          const int channels = g.in_c - first < kBlock ? g.in_c - first : kBlock;
          Bound sums[kBlock] = {};
          for (int ky = rows.first; ky < rows.last; ++ky) {
            for (int kx = columns.first; kx < columns.last; ++kx) {
              const Value* pixel = image + (static_cast<std::ptrdiff_t>(y0 + ky) * g.in_w + x0 + kx) * g.in_c + first;
              for (int i = 0; i < channels; ++i) sums[i] += pixel[i];
            }
          }
          for (int i = 0; i < channels; ++i) {
            Bound sum = sums[i];
            if constexpr (sizeof(Value) < sizeof(Bound)) {  // integers
              sum = (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
            } else {
              sum /= count;
            }
            *output++ = static_cast<Value>(clamp(sum, low, high));
          }
        }
      }
    }
  }
}

/// Square root of the average square of the taps inside of the image.
inline void l2_pool_2d(const Window2d& g, const float* input, float* output, float low, float high) {
  for (int n = 0; n < g.batches; ++n) {
    const float* image = input + static_cast<std::ptrdiff_t>(n) * g.in_h * g.in_w * g.in_c;
    for (int oy = 0; oy < g.out_h; ++oy) {
      const int y0 = oy * g.stride_h - g.pad_h;
      const TapRange rows = taps_inside(y0, 1, g.filter_h, g.in_h);
      for (int ox = 0; ox < g.out_w; ++ox) {
        const int x0 = ox * g.stride_w - g.pad_w;
        const TapRange columns = taps_inside(x0, 1, g.filter_w, g.in_w);
        const auto count = static_cast<float>((rows.last - rows.first) * (columns.last - columns.first));
        for (int c = 0; c < g.in_c; ++c) {
          float sum = 0;
          for (int ky = rows.first; ky < rows.last; ++ky) {
            for (int kx = columns.first; kx < columns.last; ++kx) {
              const float x = image[(static_cast<std::ptrdiff_t>(y0 + ky) * g.in_w + x0 + kx) * g.in_c + c];
              sum += x * x;
            }
          }
          *output++ = clamp(std::sqrt(sum / count), low, high);
        }
      }
    }
  }
}

/// Largest of the taps inside of the image.
template <class Value, class Bound>
void max_pool_2d(const Window2d& g, const Value* input, Value* output, Bound low, Bound high) {
  for (int n = 0; n < g.batches; ++n) {
    const Value* image = input + static_cast<std::ptrdiff_t>(n) * g.in_h * g.in_w * g.in_c;
    for (int oy = 0; oy < g.out_h; ++oy) {
      const int y0 = oy * g.stride_h - g.pad_h;
      const TapRange rows = taps_inside(y0, 1, g.filter_h, g.in_h);
      for (int ox = 0; ox < g.out_w; ++ox) {
        const int x0 = ox * g.stride_w - g.pad_w;
        const TapRange columns = taps_inside(x0, 1, g.filter_w, g.in_w);
        const auto pixel = [&](int ky, int kx) {
          return image + (static_cast<std::ptrdiff_t>(y0 + ky) * g.in_w + x0 + kx) * g.in_c;
        };
        const Value* first = pixel(rows.first, columns.first);
        for (int c = 0; c < g.in_c; ++c) output[c] = first[c];
        for (int ky = rows.first; ky < rows.last; ++ky) {
          for (int kx = columns.first; kx < columns.last; ++kx) {
            const Value* values = pixel(ky, kx);
            for (int c = 0; c < g.in_c; ++c) output[c] = values[c] > output[c] ? values[c] : output[c];
          }
        }
        for (int c = 0; c < g.in_c; ++c)
          output[c] = static_cast<Value>(clamp(static_cast<Bound>(output[c]), low, high));
        output += g.in_c;
      }
    }
  }
}

}  // namespace mltk::micro
