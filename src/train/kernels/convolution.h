#pragma once

#include "train/kernels/conv.h"

/// Convolutions of one sample by sums of products. The input is one with margins; filter [KH, KW, C / groups, F],
/// output and its gradient [P, Q, F]. A depthwise convolution of one channel is one, too.
namespace mltk::kernels {

void convolve(const Geometry& g, std::int64_t groups, const float* input, const float* filter, float* output);

/// Adds the filter's gradient to `filter`.
void add_filter_gradient(const Geometry& g, std::int64_t groups, const float* input, const float* gradient,
                         float* filter);

}  // namespace mltk::kernels
