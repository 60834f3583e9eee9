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
  std::int64_t input = 0;  ///< of the network, whose pictures these are; each input is augmented on its own
  image::AugmentSettings augmentation;
  std::vector<double> featurewise_mean;  ///< one a channel, or empty
  std::vector<double> featurewise_std;
  std::optional<Tensor> whitening;  ///< [D, D] f32, that a flattened sample of D values is multiplied with
  SampleHook noaug_hook;            ///< after reading, before augmentation
  SampleHook preprocessing_hook;    ///< after augmentation, before standardization
  std::string save_to_dir;          ///< writes what the network sees
  std::string save_prefix;
  std::string save_format = "png";  ///< png, jpg or jpeg
};

/// Batches of pictures, from files or from an array [N, H, W, C]. Worker threads read, change and standardize ahead of
/// the consumer; batches come in order. A sample is a function of (seed, epoch, sample): the number of workers does not
/// show. Decoded files are kept in memory up to a limit.
///
/// Throws Error(invalid_data) at once when files do not begin as pictures do. What only reading shows (a truncated
/// file, named), and any other exception of a worker, arrives in next(); the epoch ends with it.
///
/// `given`, a row a file or picture, stands in for the labels of `class_mode`.
std::unique_ptr<BatchSource> make_image_source(std::filesystem::path directory, std::vector<ClassFile> files,
                                               ImageSettings settings, GivenLabels given = {});
std::unique_ptr<BatchSource> make_image_source(Tensor pictures, std::optional<Tensor> labels,
                                               std::optional<Tensor> sample_weight, ImageSettings settings);

}  // namespace mltk
