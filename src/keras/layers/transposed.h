#pragma once

#include "keras/layers/window.h"

namespace mltk::keras {

/// Size of one axis after a transposed convolution, Keras' deconv_output_length; `output_padding` -1: None.
std::int64_t transposed_size(std::int64_t input, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                             bool same, std::int64_t output_padding);

/// A transposed convolution: x [N, H, W, C]    kernel [KH, KW, F, C]    returns [N, height, width, F].
/// Throws Error(invalid_argument) when a convolution of that size would not give x's.
ValueId transposed_conv(const CallContext& context, ValueId x, ValueId kernel, const Window2d& window,
                        std::int64_t height, std::int64_t width);

}  // namespace mltk::keras
