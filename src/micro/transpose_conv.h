#pragma once

#include <cstddef>

#include "micro/finish.h"
#include "micro/window.h"

namespace mltk::micro {

/// Transposed convolution: each input pixel is scattered, times the filter, into `sums`. The window is the one of
/// the convolution from output to input: in_* describe the input of this operator, pads cut its output.
///
/// input [N, H, W, C]   filter [F, KH, KW, C]   bias [F] or null   sums, output [N, P, Q, F]
template <class Accumulator, class Value, class Weight, class Bias, class Finish>
void transpose_conv(const Window2d& g, std::int32_t input_offset, const Value* input, const Weight* filter,
                    const Bias* bias, Accumulator* sums, Value* output, const Finish& finish) {
  const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(g.batches) * g.out_h * g.out_w * g.out_c;
  for (std::ptrdiff_t i = 0; i < count; ++i) sums[i] = 0;
  for (int n = 0; n < g.batches; ++n) {
    Accumulator* image = sums + static_cast<std::ptrdiff_t>(n) * g.out_h * g.out_w * g.out_c;
    for (int y = 0; y < g.in_h; ++y) {
      for (int x = 0; x < g.in_w; ++x, input += g.in_c) {
        for (int ky = 0; ky < g.filter_h; ++ky) {
          const int oy = y * g.stride_h - g.pad_h + ky;
          if (oy < 0 || oy >= g.out_h) continue;
          for (int kx = 0; kx < g.filter_w; ++kx) {
            const int ox = x * g.stride_w - g.pad_w + kx;
            if (ox < 0 || ox >= g.out_w) continue;
            Accumulator* pixel = image + (static_cast<std::ptrdiff_t>(oy) * g.out_w + ox) * g.out_c;
            for (int f = 0; f < g.out_c; ++f) {
              const Weight* weights =
                  filter + ((static_cast<std::ptrdiff_t>(f) * g.filter_h + ky) * g.filter_w + kx) * g.in_c;
              for (int c = 0; c < g.in_c; ++c) {
                pixel[f] += (static_cast<Accumulator>(input[c]) + static_cast<Accumulator>(input_offset)) *
                            static_cast<Accumulator>(weights[c]);
              }
            }
          }
        }
      }
    }
  }
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const int channel = static_cast<int>(i % g.out_c);
    const Accumulator sum = bias != nullptr ? add_wrapping(sums[i], static_cast<Accumulator>(bias[channel])) : sums[i];
    output[i] = static_cast<Value>(finish(sum, channel));
  }
}

}  // namespace mltk::micro
