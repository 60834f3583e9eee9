#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audio/augment.h"
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
  SampleHook noaug_hook;           ///< of the sound as it was read, [samples] f32
  SampleHook preprocessing_hook;   ///< of the augmented sound, [length] f32
  SampleHook postprocessing_hook;  ///< of the features, or of the sound
};

/// What an inspection of a data set's files found; paths relative to its folder.
struct SoundFaults {
  std::vector<std::string> silent;   ///< no sample is louder than one step of 16 bits
  std::vector<std::string> clipped;  ///< more than one sample in a hundred is at full scale
  std::vector<std::string> other_rate;
};

/// Batches of sounds from files. A sample is a function of (seed, epoch, sample), whatever the number of workers.
/// Decoded files are kept in memory up to a limit.
///
/// All files are read at once, in `workers` threads. Throws Error(invalid_data) that names those that are not readable;
/// what else is strange is told in `faults`.
std::unique_ptr<BatchSource> make_sound_source(std::filesystem::path directory, std::vector<ClassFile> files,
                                               SoundSettings settings, SoundFaults& faults);

/// All sound files in a folder (not below it) at a rate, by name without suffix.
/// Throws Error(invalid_data) when there is none, or one cannot be read.
audio::NoiseTable read_noises(const std::filesystem::path& folder, std::int64_t rate_hz);

}  // namespace mltk
