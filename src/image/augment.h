#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/philox.h"
#include "tensor/tensor.h"

namespace mltk::image {

/// How far a picture may be shifted along an axis: Keras' three forms of `width_shift_range`.
struct ShiftRange {
  double fraction_or_pixels = 0;  ///< float form: below 1 a fraction of the size, else pixels
  std::int64_t whole_pixels = 0;  ///< int form: -(n - 1) ... n - 1
  std::vector<double> choices;    ///< list form: one of these, with a random sign
};

/// How pictures are changed at random. Names and meanings are those of Keras' ImageDataGenerator and MLTK's extensions.
struct AugmentSettings {
  double rotation_range = 0;  ///< degrees
  ShiftRange width_shift_range;
  ShiftRange height_shift_range;
  double shear_range = 0;  ///< degrees
  std::pair<double, double> zoom_range = {1, 1};
  double channel_shift_range = 0;
  bool horizontal_flip = false;
  bool vertical_flip = false;
  std::optional<std::pair<double, double>> brightness_range;
  std::optional<std::pair<double, double>> contrast_range;
  std::vector<std::string> noise;     ///< of gauss, poisson, s&p, speckle: one is picked for each picture
  std::string fill_mode = "nearest";  ///< constant, nearest, reflect or wrap
  double cval = 0;
  std::int64_t interpolation_order = 1;  ///< 0 or 1
};

/// One kind of change, one file each in image/augment/; the table's order is the order of application.
struct AugmentDef {
  std::string_view name;
  bool (*enabled)(const AugmentSettings& settings);
  /// picture [H, W, C] f32, values 0..255
  void (*apply)(Tensor& picture, const AugmentSettings& settings, Rng& rng);
};

std::span<const AugmentDef* const> augment_table();

/// Apply all enabled changes: a function of (seed, epoch, sample), each change with random numbers of its own.
/// Throws Error(invalid_data) when the picture is not [H, W, C]; brightness and contrast need 1 to 4 channels.
void augment(Tensor& picture, const AugmentSettings& settings, std::uint64_t seed, std::int64_t epoch,
             std::int64_t sample);

}  // namespace mltk::image
