#pragma once

#include <cstddef>

#include "micro/dot.h"
#include "micro/finish.h"
#include "micro/window.h"

namespace mltk::micro {

/// Convolve; taps outside of the image add nothing.
///
/// input [N, H, W, C]   filter [F, KH, KW, C / groups]   bias [F] or null   output [N, P, Q, F]
/// `input_offset` = -zero point of the input. Accumulator: int32 for int8, int32 or int64 for int16, float.
template <class Accumulator, class Value, class Weight, class Finish>
void conv_2d(const Window2d& g, int filter_c, std::int32_t input_offset, const Value* input, const Weight* filter,
             const Accumulator* bias, Value* output, const Finish& finish) {
  const int groups = g.in_c / filter_c;
  const int group_filters = g.out_c / groups;
  const std::ptrdiff_t filter_size = static_cast<std::ptrdiff_t>(g.filter_h) * g.filter_w * filter_c;
  const bool rows_contiguous = groups == 1 && g.dilation_w == 1;
  for (int n = 0; n < g.batches; ++n) {
    const Value* image = input + static_cast<std::ptrdiff_t>(n) * g.in_h * g.in_w * g.in_c;
    for (int oy = 0; oy < g.out_h; ++oy) {
      const int y0 = oy * g.stride_h - g.pad_h;
      const TapRange rows = taps_inside(y0, g.dilation_h, g.filter_h, g.in_h);
      for (int ox = 0; ox < g.out_w; ++ox) {
        const int x0 = ox * g.stride_w - g.pad_w;
        const TapRange columns = taps_inside(x0, g.dilation_w, g.filter_w, g.in_w);
        for (int f = 0; f < g.out_c; ++f) {
          const int channel = f / group_filters * filter_c;
          Accumulator sum = 0;
          for (int ky = rows.first; ky < rows.last; ++ky) {
            const Value* row = image + static_cast<std::ptrdiff_t>(y0 + ky * g.dilation_h) * g.in_w * g.in_c + channel;
            const Weight* weights = filter + f * filter_size + static_cast<std::ptrdiff_t>(ky) * g.filter_w * filter_c;
            if (rows_contiguous) {
              const int taps = columns.last - columns.first;
              if (taps > 0) {
                sum = dot(row + static_cast<std::ptrdiff_t>(x0 + columns.first) * g.in_c,
                          weights + columns.first * filter_c, taps * filter_c, input_offset, sum);
              }
            } else {
              for (int kx = columns.first; kx < columns.last; ++kx) {
                sum = dot(row + static_cast<std::ptrdiff_t>(x0 + kx * g.dilation_w) * g.in_c, weights + kx * filter_c,
                          filter_c, input_offset, sum);
              }
            }
          }
          if (bias != nullptr) sum = add_wrapping(sum, bias[f]);
          *output++ = static_cast<Value>(finish(sum, f));
        }
      }
    }
  }
}

}  // namespace mltk::micro
