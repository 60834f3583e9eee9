#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tensor/tensor.h"

namespace mltk {

/// Samples for one step: model inputs and labels, the first axis of each is the batch.
struct Batch {
  std::vector<Tensor> x;
  std::vector<Tensor> y;
  std::optional<Tensor> sample_weight;  ///< [batch] f32
  std::int64_t size = 0;
};

/// Where training and evaluation get their batches from.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  /// Batches in an epoch; -1 when unknown.
  virtual std::int64_t batches() const = 0;
  /// Samples in an epoch; -1 when unknown.
  virtual std::int64_t samples() const = 0;
  /// Start at the first batch of an epoch; its order and augmentation are functions of the seed and the epoch.
  virtual void start_epoch(std::int64_t epoch) = 0;
  /// The next batch, or false at the end of the epoch.
  virtual bool next(Batch& batch) = 0;
};

}  // namespace mltk
