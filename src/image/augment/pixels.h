#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "tensor/tensor.h"

/// Loops over pixels on the vectors of the machine; the same bytes on every instruction set.
namespace mltk::image {

/// The input's row and column of an output pixel: row = row[0] * r + row[1] * c + row[2], column alike.
struct PixelMap {
  double row[3];
  double column[3];
};

/// `target[r, c]` is the bilinear value of `source` at the mapped place, each [H, W, C] f32 of the same shape. Places
/// outside follow `fill_mode` (constant, which is `cval`; nearest, reflect, wrap) as SciPy's affine_transform.
void warp_bilinear(const Tensor& source, Tensor& target, const PixelMap& map, std::string_view fill_mode, float cval);

/// A row of `warp_bilinear`: column c of the output comes from (row0 + c * row_step, column0 + c * column_step).
struct WarpRow {
  const float* source;  ///< has a row and a pixel of zeros behind its end: neighbours with the weight 0
  std::int64_t height;
  std::int64_t width;
  std::int64_t channels;
  float row0;
  float row_step;
  float column0;
  float column_step;
};

/// SciPy's rule for a coordinate outside of [0, size - 1]; negative: take `cval`.
double extend(double at, std::int64_t size, std::string_view mode);

/// Smallest and largest value; there is at least one.
std::pair<float, float> range_of(std::span<const float> values);

/// v = trunc(factor * trunc(v)), both kept within 0..255: Pillow's blend of 8-bit samples with black.
void blend_with_black(std::span<float> values, float factor);

/// Means from which on `add_shot_noise` draws.
constexpr float kLeastShotMean = 64;

/// values = Poisson(values * levels) / levels where that mean is at least kLeastShotMean, from normal numbers, by the
/// quantile of Cornish and Fisher up to the order of 1 / sqrt(mean), rounded; the other values stay.
/// Source: Fisher and Cornish 1960, "The percentile points of distributions having known cumulants".
void add_shot_noise(std::span<float> values, float levels, std::span<const float> normals);

/// Turn a row of single values around.
void reverse(std::span<float> row);

}  // namespace mltk::image
