#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/batch_source.h"

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

using SampleHook = std::function<Tensor(const Tensor& sample, const SampleInfo& info)>;

/// Makes the samples of a data set: reads, augments and standardizes them. One kind for each kind of data.
class SampleMaker {
 public:
  virtual ~SampleMaker() = default;
  virtual std::int64_t samples() const = 0;
  virtual std::int64_t class_id(std::int64_t sample) const = 0;
  virtual std::string name(std::int64_t sample) const = 0;
  /// The sample as the network sees it: of the shape and the type of BatchSettings, a function of (sample, epoch).
  /// Called from several threads at once.
  virtual Tensor make(std::int64_t sample, std::int64_t epoch, const SampleInfo& info) = 0;
};

/// How samples become batches.
struct BatchSettings {
  Shape sample_shape;
  DType dtype = DType::float32;  ///< of samples and labels
  ClassMode class_mode = ClassMode::categorical;
  std::int64_t classes = 0;
  std::int64_t batch_size = 32;  ///< below 1: all samples
  bool shuffle = true;
  std::uint64_t seed = 0;
  int workers = 1;
  std::int64_t max_batches_pending = 4;  ///< batches made in advance
};

/// Labels that come with the samples, row by row, instead of those of the class mode.
struct GivenLabels {
  std::optional<Tensor> y;
  std::optional<Tensor> sample_weight;
};

/// Batches that worker threads make ahead of the consumer; they come in order, so the number of workers does not show.
/// An exception of a worker arrives in next(); the epoch ends with it.
std::unique_ptr<BatchSource> make_parallel_source(std::unique_ptr<SampleMaker> maker, BatchSettings settings,
                                                  GivenLabels given = {});

}  // namespace mltk
