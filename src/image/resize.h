#pragma once

#include <string_view>

#include "tensor/tensor.h"

namespace mltk::image {

enum class Interpolation : std::uint8_t { nearest, bilinear, bicubic, hamming, box, lanczos };

/// Throws Error(invalid_argument) that lists the names.
Interpolation interpolation_of(std::string_view name);

/// A picture [H, W, C] u8 resized as Pillow 10 does it, in every bit: a filter as wide as the shrinking, coefficients
/// and sums in fixed point, rows after columns. Colours of a picture with alpha (C = 4) are weighted by it.
Tensor resize(const Tensor& picture, std::int64_t height, std::int64_t width, Interpolation interpolation);

}  // namespace mltk::image
