#pragma once

#include "train/kernels/conv.h"
#include "train/kernels/pool.h"

namespace mltk::kernels {

inline simd::Pool pool_of(const Geometry& g) {
  MLTK_ASSERT(g.dilation_height * g.dilation_width == 1);
  return {.height = g.height,
          .width = g.width,
          .channels = g.channels,
          .rows = g.rows,
          .columns = g.columns,
          .kernel_height = g.kernel_height,
          .kernel_width = g.kernel_width,
          .stride_height = g.stride_height,
          .stride_width = g.stride_width,
          .pad_top = g.pad_top,
          .pad_left = g.pad_left};
}

}  // namespace mltk::kernels
