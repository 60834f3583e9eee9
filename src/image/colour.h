#pragma once

#include "tensor/tensor.h"

namespace mltk::image {

/// A picture [H, W, C] u8 with 1, 2 (grey and alpha), 3 or 4 channels as one with `channels` (1, 3 or 4), as Pillow
/// converts: grey = (299 R + 587 G + 114 B) / 1000 in its fixed-point form; alpha is dropped, or 255 when added.
/// Throws Error(invalid_data) for another shape or type.
Tensor convert_channels(const Tensor& picture, std::int64_t channels);

}  // namespace mltk::image
