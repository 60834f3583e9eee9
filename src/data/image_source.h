#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/batch_source.h"
#include "data/image_directory.h"
#include "image/augment.h"
#include "image/resize.h"

namespace mltk {

enum class ClassMode : std::uint8_t { categorical, binary, sparse, input, none };

/// What a hook of the specification is told about a sample.
struct SampleInfo {
  std::int64_t class_id = 0;
  std::string filename;
  std::int64_t batch_index = 0;  ///< place in the batch
  const std::vector<std::int64_t>* batch_class_ids = nullptr;
  const std::vector<std::string>* batch_filenames = nullptr;
};
using SampleHook = std::function<Tensor(const Tensor& picture, const SampleInfo& info)>;

/// How pictures become network inputs: MLTK's ParallelImageDataGenerator.
struct ImageSettings {
  Shape sample_shape;  ///< [height, width, channels]
  std::optional<image::Interpolation> interpolation =
      image::Interpolation::bilinear;  ///< none: pictures keep their size
  std::int64_t channels = 3;           ///< that pictures are converted to
  std::int64_t classes = 0;
  ClassMode class_mode = ClassMode::categorical;
  std::int64_t batch_size = 32;
  bool shuffle = true;
  bool augment = true;
  image::AugmentSettings augmentation;
  std::optional<double> rescale;
  bool samplewise_center = false;
  bool samplewise_std_normalization = false;
  std::vector<double> featurewise_mean;  ///< one a channel, or empty
  std::vector<double> featurewise_std;
  std::optional<Tensor> whitening;  ///< [D, D] f32, that a flattened sample of D values is multiplied with
  DType dtype = DType::float32;
  std::uint64_t seed = 0;
  int workers = 1;
  std::int64_t max_batches_pending = 4;  ///< batches made in advance
  SampleHook noaug_hook;                 ///< after reading, before augmentation
  SampleHook preprocessing_hook;         ///< after augmentation, before standardization
  std::string save_to_dir;               ///< writes what the network sees
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
/// `labels`, a row a file or picture, stand in for those of `class_mode`.
std::unique_ptr<BatchSource> make_image_source(std::filesystem::path directory, std::vector<ClassFile> files,
                                               ImageSettings settings, std::optional<Tensor> labels = std::nullopt,
                                               std::optional<Tensor> sample_weight = std::nullopt);
std::unique_ptr<BatchSource> make_image_source(Tensor pictures, std::optional<Tensor> labels,
                                               std::optional<Tensor> sample_weight, ImageSettings settings);

}  // namespace mltk
