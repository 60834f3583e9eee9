#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "image/augment.h"

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

/// SciPy's rule for a coordinate outside of [0, size - 1]; negative: take `cval`.
double extend(double at, std::int64_t size, const std::string& mode) {
  const auto last = static_cast<double>(size - 1);
  if (at >= 0 && at <= last) return at;
  if (mode == "constant") return -1;
  if (mode == "nearest" || size == 1) return std::clamp(at, 0.0, last);
  if (mode == "wrap") {
    // A multiple of the period below 0 is the last sample, above it the first.
    return at < 0 ? at + last * (std::floor(-at / last) + 1) : std::fmod(at, last);
  }
  // reflect: the edge is repeated, so the period is twice the size.
  const auto period = 2 * static_cast<double>(size);
  at = std::fmod(at + 0.5, period);
  if (at < 0) at += period;
  at = at > static_cast<double>(size) ? period - at : at;
  return std::clamp(at - 0.5, 0.0, last);
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

void apply(Tensor& picture, const AugmentSettings& s, Rng& rng) {
  const std::int64_t height = picture.shape()[0];
  const std::int64_t width = picture.shape()[1];
  const std::int64_t channels = picture.shape()[2];
  const Matrix m = draw_matrix(s, height, width, rng);
  const Tensor source = picture;
  const auto in = source.as<float>();
  auto out = picture.as<float>();
  for (std::int64_t r = 0; r < height; ++r) {
    for (std::int64_t c = 0; c < width; ++c) {
      const auto row = static_cast<double>(r);
      const auto column = static_cast<double>(c);
      const double y = extend(m[0][0] * row + m[0][1] * column + m[0][2], height, s.fill_mode);
      const double x = extend(m[1][0] * row + m[1][1] * column + m[1][2], width, s.fill_mode);
      float* to = &out[static_cast<std::size_t>((r * width + c) * channels)];
      if (y < 0 || x < 0) {
        std::fill_n(to, channels, static_cast<float>(s.cval));
        continue;
      }
      if (s.interpolation_order == 0) {
        const auto at = (std::llround(y) * width + std::llround(x)) * channels;
        std::copy_n(&in[static_cast<std::size_t>(at)], channels, to);
        continue;
      }
      const auto top = static_cast<std::int64_t>(y);
      const auto left = static_cast<std::int64_t>(x);
      const std::int64_t bottom = std::min(top + 1, height - 1);
      const std::int64_t right = std::min(left + 1, width - 1);
      const double v = y - static_cast<double>(top);
      const double u = x - static_cast<double>(left);
      const auto value = [&](std::int64_t py, std::int64_t px, std::int64_t k) {
        return static_cast<double>(in[static_cast<std::size_t>((py * width + px) * channels + k)]);
      };
      for (std::int64_t k = 0; k < channels; ++k) {
        const double upper = value(top, left, k) * (1 - u) + value(top, right, k) * u;
        const double lower = value(bottom, left, k) * (1 - u) + value(bottom, right, k) * u;
        to[k] = static_cast<float>(upper * (1 - v) + lower * v);
      }
    }
  }
}

}  // namespace

extern const AugmentDef affine_def;
const AugmentDef affine_def = {"affine", enabled, apply};

}  // namespace mltk::image
