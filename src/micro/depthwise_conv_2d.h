#pragma once

#include <cstddef>

#include "micro/finish.h"
#include "micro/window.h"

namespace mltk::micro {

/// Convolve each channel with `multiplier` filters of its own; output channel = channel * multiplier + j.
///
/// input [N, H, W, C]   filter [1, KH, KW, C * multiplier]   bias [C * multiplier] or null   output [N, P, Q, C * m]
/// Sums a block of output channels at a time, so the innermost loop is contiguous in all operands when m is 1.
template <class Accumulator, class Value, class Weight, class Finish>
void depthwise_conv_2d(const Window2d& g, int multiplier, std::int32_t input_offset, const Value* input,
                       const Weight* filter, const Accumulator* bias, Value* output, const Finish& finish) {
  constexpr int kBlock = 32;
  for (int n = 0; n < g.batches; ++n) {
    const Value* image = input + static_cast<std::ptrdiff_t>(n) * g.in_h * g.in_w * g.in_c;
    for (int oy = 0; oy < g.out_h; ++oy) {
      const int y0 = oy * g.stride_h - g.pad_h;
      const TapRange rows = taps_inside(y0, g.dilation_h, g.filter_h, g.in_h);
      for (int ox = 0; ox < g.out_w; ++ox) {
        const int x0 = ox * g.stride_w - g.pad_w;
        const TapRange columns = taps_inside(x0, g.dilation_w, g.filter_w, g.in_w);
        for (int first = 0; first < g.out_c; first += kBlock) {
          const int count = g.out_c - first < kBlock ? g.out_c - first : kBlock;
          Accumulator sums[kBlock] = {};
          for (int ky = rows.first; ky < rows.last; ++ky) {
            for (int kx = columns.first; kx < columns.last; ++kx) {
              const Value* pixel =
                  image +
                  (static_cast<std::ptrdiff_t>(y0 + ky * g.dilation_h) * g.in_w + x0 + kx * g.dilation_w) * g.in_c;
              const Weight* weights = filter + static_cast<std::ptrdiff_t>(ky * g.filter_w + kx) * g.out_c + first;
              if (multiplier == 1) {
                for (int i = 0; i < count; ++i) {
                  sums[i] += static_cast<Accumulator>(pixel[first + i] + input_offset) * weights[i];
                }
              } else {
                for (int i = 0; i < count; ++i) {
                  sums[i] += static_cast<Accumulator>(pixel[(first + i) / multiplier] + input_offset) * weights[i];
                }
              }
            }
          }
          for (int i = 0; i < count; ++i) {
            const Accumulator sum = bias != nullptr ? add_wrapping(sums[i], bias[first + i]) : sums[i];
            *output++ = static_cast<Value>(finish(sum, first + i));
          }
        }
      }
    }
  }
}

}  // namespace mltk::micro
