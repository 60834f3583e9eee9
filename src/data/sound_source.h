#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audio/augment.h"
#include "audio/feature_generator.h"
#include "data/class_directory.h"
#include "data/parallel_source.h"
#include "data/standardize.h"

namespace mltk {

/// How sounds become network inputs: MLTK's ParallelAudioDataGenerator.
///
/// Order: read, `noaug_hook`, augmentation and length, `preprocessing_hook`, features, `postprocessing_hook`,
/// normalization. Without features nothing is normalized: the hook gives what the network sees.
struct SoundSettings : BatchSettings, SampleNormalization {
  bool augment = true;  ///< false: only rate and length are changed
  audio::AugmentSettings augmentation;
  std::optional<audio::FeatureSettings> frontend;  ///< none: the network sees the sound
  DType frontend_dtype = DType::float32;           ///< of the features: int8, uint16 or float32
  SampleHook noaug_hook;                           ///< of the sound as it was read, [samples] f32
  SampleHook preprocessing_hook;                   ///< of the augmented sound, [length] f32
  SampleHook postprocessing_hook;                  ///< of the features, or of the sound
};

/// The spectrogram of a sound: its samples as 16-bit numbers, those beyond full scale clipped, through the generator.
Tensor features_of(const audio::Clip& clip, audio::FeatureGenerator& generator, DType dtype);

/// Batches of sounds from files. A sample is a function of (seed, epoch, sample), whatever the number of workers.
/// Decoded files are kept in memory up to a limit. A file that cannot be read ends the epoch with an Error that names
/// it.
std::unique_ptr<BatchSource> make_sound_source(std::filesystem::path directory, std::vector<ClassFile> files,
                                               SoundSettings settings);

/// All sound files in a folder (not below it) at a rate, by name without suffix.
/// Throws Error(invalid_data) when there is none, or one cannot be read.
audio::NoiseTable read_noises(const std::filesystem::path& folder, std::int64_t rate_hz);

}  // namespace mltk
