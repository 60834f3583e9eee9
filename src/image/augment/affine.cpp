#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "image/augment.h"
#include "image/augment/pixels.h"

namespace mltk::image {
namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

Matrix multiply(const Matrix& a, const Matrix& b) {
  Matrix result{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 3; ++k) result[i][j] += a[i][k] * b[k][j];
    }
  }
  return result;
}

double draw_shift(const ShiftRange& range, std::int64_t size, Rng& rng) {
  const auto pixels = static_cast<double>(size);
  if (!range.choices.empty()) {
    const double choice = range.choices[rng.below(static_cast<std::uint32_t>(range.choices.size()))];
    const double shift = rng.below(2) == 0 ? -choice : choice;
    return *std::ranges::max_element(range.choices) < 1 ? shift * pixels : shift;
  }
  if (range.whole_pixels > 0) {
    const auto shift = static_cast<double>(rng.below(static_cast<std::uint32_t>(range.whole_pixels)));
    return rng.below(2) == 0 ? -shift : shift;
  }
  if (range.fraction_or_pixels == 0) return 0;
  const double shift = rng.uniform(-range.fraction_or_pixels, range.fraction_or_pixels);
  return range.fraction_or_pixels < 1 ? shift * pixels : shift;
}

bool shifts(const ShiftRange& range) {
  return !range.choices.empty() || range.whole_pixels > 0 || range.fraction_or_pixels != 0;
}

bool enabled(const AugmentSettings& s) {
  return s.rotation_range != 0 || shifts(s.width_shift_range) || shifts(s.height_shift_range) || s.shear_range != 0 ||
         s.zoom_range != std::pair(1.0, 1.0);
}

/// The matrix that maps the row and column of an output pixel to those of the input.
///
/// Keras builds rotation, shift, shear and zoom around the centre in the order (height, width) and then exchanges the
/// axes; so its height_shift_range moves columns and its row centre is computed from the width. Kept, for the same
/// augmentation with the same settings.
Matrix draw_matrix(const AugmentSettings& s, std::int64_t height, std::int64_t width, Rng& rng) {
  const double radians = std::numbers::pi / 180;
  const double theta = s.rotation_range == 0 ? 0 : rng.uniform(-s.rotation_range, s.rotation_range) * radians;
  const double tx = draw_shift(s.height_shift_range, height, rng);
  const double ty = draw_shift(s.width_shift_range, width, rng);
  const double shear = s.shear_range == 0 ? 0 : rng.uniform(-s.shear_range, s.shear_range) * radians;
  const bool zooms = s.zoom_range != std::pair(1.0, 1.0);
  const double zx = zooms ? rng.uniform(s.zoom_range.first, s.zoom_range.second) : 1;
  const double zy = zooms ? rng.uniform(s.zoom_range.first, s.zoom_range.second) : 1;

  Matrix m = {{{std::cos(theta), -std::sin(theta), 0}, {std::sin(theta), std::cos(theta), 0}, {0, 0, 1}}};
  m = multiply(m, {{{1, 0, tx}, {0, 1, ty}, {0, 0, 1}}});
  m = multiply(m, {{{1, -std::sin(shear), 0}, {0, std::cos(shear), 0}, {0, 0, 1}}});
  m = multiply(m, {{{zx, 0, 0}, {0, zy, 0}, {0, 0, 1}}});
  const double ox = static_cast<double>(height) / 2 - 0.5;
  const double oy = static_cast<double>(width) / 2 - 0.5;
  m = multiply(multiply({{{1, 0, ox}, {0, 1, oy}, {0, 0, 1}}}, m), {{{1, 0, -ox}, {0, 1, -oy}, {0, 0, 1}}});
  return {{{m[1][1], m[1][0], m[1][2]}, {m[0][1], m[0][0], m[0][2]}, {0, 0, 1}}};
}

/// The nearest pixel of each place.
void warp_nearest(const Tensor& source, Tensor& picture, const Matrix& m, const AugmentSettings& s) {
  const std::int64_t height = picture.shape()[0];
  const std::int64_t width = picture.shape()[1];
  const std::int64_t channels = picture.shape()[2];
  float* to = picture.as<float>().data();
  for (std::int64_t r = 0; r < height; ++r) {
    for (std::int64_t c = 0; c < width; ++c, to += channels) {
      const auto row = static_cast<double>(r);
      const auto column = static_cast<double>(c);
      const double y = extend(m[0][0] * row + m[0][1] * column + m[0][2], height, s.fill_mode);
      const double x = extend(m[1][0] * row + m[1][1] * column + m[1][2], width, s.fill_mode);
      if (y < 0 || x < 0) {
        std::fill_n(to, channels, static_cast<float>(s.cval));
      } else {
        const auto at = (std::llround(y) * width + std::llround(x)) * channels;
        std::copy_n(&source.as<float>()[static_cast<std::size_t>(at)], channels, to);
      }
    }
  }
}

void apply(Tensor& picture, const AugmentSettings& s, Rng& rng) {
  const Matrix m = draw_matrix(s, picture.shape()[0], picture.shape()[1], rng);
  const Tensor source = picture;
  if (s.interpolation_order == 0) {
    warp_nearest(source, picture, m, s);
  } else {
    const PixelMap map = {{m[0][0], m[0][1], m[0][2]}, {m[1][0], m[1][1], m[1][2]}};
    warp_bilinear(source, picture, map, s.fill_mode, static_cast<float>(s.cval));
  }
}

}  // namespace

extern const AugmentDef affine_def;
const AugmentDef affine_def = {"affine", enabled, apply};

}  // namespace mltk::image
