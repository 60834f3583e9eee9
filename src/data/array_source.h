#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "data/batch_source.h"

namespace mltk {

/// The order of samples in an epoch: a permutation of [0, count) that depends on seed and epoch alone.
std::vector<std::int64_t> shuffled_order(std::int64_t count, std::uint64_t seed, std::int64_t epoch);

/// Arrays in memory, cut into batches; the last one of an epoch may be smaller.
class ArraySource : public BatchSource {
 public:
  /// All tensors have as many rows. Throws Error(invalid_argument) when they do not.
  ArraySource(std::vector<Tensor> x, std::vector<Tensor> y, std::optional<Tensor> sample_weight,
              std::int64_t batch_size, bool shuffle, std::uint64_t seed);

  std::int64_t batches() const override { return (samples() + batch_size_ - 1) / batch_size_; }
  std::int64_t samples() const override { return samples_; }
  void start_epoch(std::int64_t epoch) override;
  bool next(Batch& batch) override;

 private:
  std::vector<Tensor> x_;
  std::vector<Tensor> y_;
  std::optional<Tensor> sample_weight_;
  std::int64_t batch_size_;
  bool shuffle_;
  std::uint64_t seed_;
  std::int64_t samples_ = 0;
  std::int64_t position_ = 0;
  std::vector<std::int64_t> order_;
};

}  // namespace mltk
