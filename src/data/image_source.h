#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/class_directory.h"
#include "data/parallel_source.h"
#include "data/standardize.h"
#include "image/augment.h"
#include "image/resize.h"

namespace mltk {

/// How pictures become network inputs: MLTK's ParallelImageDataGenerator. A sample's shape is [height, width,
/// channels].
struct ImageSettings : BatchSettings, SampleNormalization {
  std::optional<image::Interpolation> interpolation =
      image::Interpolation::bilinear;  ///< none: pictures keep their size
  std::int64_t channels = 3;           ///< that pictures are converted to
  bool augment = true;
  image::AugmentSettings augmentation;
  std::vector<double> featurewise_mean;  ///< one a channel, or empty
  std::vector<double> featurewise_std;
  SampleHook noaug_hook;          ///< after reading, before augmentation
  SampleHook preprocessing_hook;  ///< after augmentation, before standardization
  std::string save_to_dir;        ///< writes what the network sees as PNG files
  std::string save_prefix;
};

/// Batches of pictures, from files or from an array [N, H, W, C]. Worker threads read, change and standardize ahead of
/// the consumer; batches come in order. A sample is a function of (seed, epoch, sample): the number of workers does not
/// show. Decoded files are kept in memory up to a limit.
///
/// Throws Error(invalid_data) at once when files do not begin as pictures do. What only reading shows (a truncated
/// file, named), and any other exception of a worker, arrives in next(); the epoch ends with it.
std::unique_ptr<BatchSource> make_image_source(std::filesystem::path directory, std::vector<ClassFile> files,
                                               ImageSettings settings);
std::unique_ptr<BatchSource> make_image_source(Tensor pictures, std::optional<Tensor> labels,
                                               std::optional<Tensor> sample_weight, ImageSettings settings);

}  // namespace mltk
