#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audio/sound_file.h"
#include "base/philox.h"

namespace mltk::audio {

using Range = std::pair<double, double>;
/// Sounds by name, at the rate of AugmentSettings.
using NoiseTable = std::map<std::string, std::vector<float>>;

/// How sounds are changed. Names and meanings are those of MLTK's ParallelAudioDataGenerator.
struct AugmentSettings {
  std::int64_t rate_hz = 16000;  ///< of the result
  std::size_t length = 16000;    ///< of the result, in samples; 0: sounds keep their length and their silence
  double trim_threshold_db = 0;  ///< silence is cut off that is so much quieter than the loudest part; 0: none is
  Range offset_range = {0, 1};
  std::optional<Range> loudness_range;
  std::optional<Range> speed_range;
  std::optional<Range> pitch_range;  ///< semitones
  std::optional<Range> vtlp_range;
  std::vector<std::string> noise_colors;  ///< one of them is taken: white, pink, brown, blue, violet, none
  std::optional<Range> noise_color_range;
  std::optional<Range> bg_noise_range;
  std::shared_ptr<const NoiseTable> bg_noises;  // shared by the sources of a data set; may be none
};

/// One change of a sound: what is drawn at random. The default changes nothing.
struct Transform {
  double speed_factor = 1;
  double pitch_factor = 0;  ///< semitones
  double vtlp_factor = 1;
  double offset_percentage = 0;  ///< 0 to 1: share of what is added or cut off that lies before the sound
  double loudness_factor = 1;
  std::string noise_color = "none";
  double noise_color_factor = 0;
  std::string bg_noise;  ///< a name of the table; empty: none
  double bg_noise_factor = 0;
};

/// One kind of change, one file each in audio/augment/; the table's order is the order of application.
struct AugmentDef {
  std::string_view name;
  void (*draw)(Transform& transform, const AugmentSettings& settings, Rng& rng);
  void (*apply)(Clip& clip, const Transform& transform, const AugmentSettings& settings, Rng& rng);
};

std::span<const AugmentDef* const> augment_table();

/// What is drawn for a sample, a function of (seed, epoch, sample); each kind of change has random numbers of its own.
Transform draw_transform(const AugmentSettings& settings, std::uint64_t seed, std::int64_t epoch, std::int64_t sample);

/// Change a sound of any rate into one of `settings.length` samples at `settings.rate_hz`. A function of its
/// arguments: noise too follows from (seed, epoch, sample).
/// Throws Error(invalid_argument) when the transform asks for the impossible.
void apply_transform(Clip& clip, const Transform& transform, const AugmentSettings& settings, std::uint64_t seed,
                     std::int64_t epoch, std::int64_t sample);

}  // namespace mltk::audio
