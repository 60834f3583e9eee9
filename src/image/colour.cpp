#include "image/colour.h"

namespace mltk::image {
namespace {

/// Pillow's luma: 16-bit fixed point, rounded.
std::uint8_t grey(const std::uint8_t* rgb) {
  return static_cast<std::uint8_t>((rgb[0] * 19595U + rgb[1] * 38470U + rgb[2] * 7471U + 0x8000U) >> 16U);
}

}  // namespace

Tensor convert_channels(const Tensor& picture, std::int64_t channels) {
  const Shape& from = picture.shape();
  if (picture.dtype() != DType::uint8 || from.rank() != 3 || from[2] < 1 || from[2] > 4) {
    fail(ErrorKind::invalid_data, "a picture is {} {}, expected uint8 [height, width, 1..4]",
         to_string(picture.dtype()), to_string(from));
  }
  if (from[2] == channels) return picture;
  Tensor result(DType::uint8, {from[0], from[1], channels});
  const std::uint8_t* in = picture.as<std::uint8_t>().data();
  std::uint8_t* out = result.as<std::uint8_t>().data();
  const bool coloured = from[2] >= 3;
  const bool has_alpha = from[2] == 2 || from[2] == 4;
  for (std::int64_t i = 0; i < from[0] * from[1]; ++i, in += from[2], out += channels) {
    if (channels == 1) {
      out[0] = coloured ? grey(in) : in[0];
      continue;
    }
    for (int c = 0; c < 3; ++c) out[c] = coloured ? in[c] : in[0];
    if (channels == 4) out[3] = has_alpha ? in[from[2] - 1] : 255;
  }
  return result;
}

}  // namespace mltk::image
