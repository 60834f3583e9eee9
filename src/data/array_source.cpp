#include "data/array_source.h"

#include <algorithm>
#include <numeric>

#include "base/philox.h"

namespace mltk {
namespace {

/// Rows of a tensor, in the memory of `result` when it has their shape.
void take_rows(const Tensor& tensor, std::span<const std::int64_t> rows, Tensor& result) {
  Shape shape = tensor.shape();
  shape[0] = static_cast<std::int64_t>(rows.size());
  if (result.dtype() != tensor.dtype() || result.shape() != shape) result = Tensor(tensor.dtype(), shape);
  const std::size_t size = tensor.shape().without_front().elements() * size_of(tensor.dtype());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint8_t* from = tensor.bytes().data() + static_cast<std::size_t>(rows[i]) * size;
    std::copy_n(from, size, result.bytes().data() + i * size);
  }
}

}  // namespace

std::vector<std::int64_t> shuffled_order(std::int64_t count, std::uint64_t seed, std::int64_t epoch) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  constexpr std::uint32_t kStream = 0x5F0FF1E;
  Rng rng(seed, static_cast<std::uint32_t>(epoch), 0, kStream);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[rng.below(static_cast<std::uint32_t>(i))]);
  return order;
}

ArraySource::ArraySource(std::vector<Tensor> x, std::vector<Tensor> y, std::optional<Tensor> sample_weight,
                         std::int64_t batch_size, bool shuffle, std::uint64_t seed)
    : x_(std::move(x)),
      y_(std::move(y)),
      sample_weight_(std::move(sample_weight)),
      batch_size_(batch_size),
      shuffle_(shuffle),
      seed_(seed) {
  if (x_.empty()) fail(ErrorKind::invalid_argument, "there is no input array: pass x");
  if (batch_size_ < 1) fail(ErrorKind::invalid_argument, "batch_size is {}, expected at least 1", batch_size_);
  samples_ = x_[0].shape().rank() > 0 ? x_[0].shape()[0] : 0;
  const auto check = [&](const Tensor& tensor, std::string_view what) {
    if (tensor.shape().rank() == 0 || tensor.shape()[0] != samples_) {
      fail(ErrorKind::invalid_argument, "{} has the shape {}, but the first input has {} samples", what,
           to_string(tensor.shape()), samples_);
    }
  };
  for (const Tensor& tensor : x_) check(tensor, "an input array");
  for (const Tensor& tensor : y_) check(tensor, "an array of labels");
  if (sample_weight_) check(*sample_weight_, "sample_weight");
  start_epoch(0);
}

void ArraySource::start_epoch(std::int64_t epoch) {
  position_ = 0;
  if (shuffle_) {
    order_ = shuffled_order(samples_, seed_, epoch);
  } else if (order_.empty()) {
    order_.resize(static_cast<std::size_t>(samples_));
    std::iota(order_.begin(), order_.end(), std::int64_t{0});
  }
}

bool ArraySource::next(Batch& batch) {
  if (position_ >= samples_) return false;
  const std::int64_t size = std::min(batch_size_, samples_ - position_);
  const auto rows = std::span(order_).subspan(static_cast<std::size_t>(position_), static_cast<std::size_t>(size));
  batch.size = size;
  batch.x.resize(x_.size());
  batch.y.resize(y_.size());
  for (std::size_t i = 0; i < x_.size(); ++i) take_rows(x_[i], rows, batch.x[i]);
  for (std::size_t i = 0; i < y_.size(); ++i) take_rows(y_[i], rows, batch.y[i]);
  if (sample_weight_) {
    if (!batch.sample_weight) batch.sample_weight.emplace();
    take_rows(*sample_weight_, rows, *batch.sample_weight);
  } else {
    batch.sample_weight.reset();
  }
  position_ += size;
  return true;
}

}  // namespace mltk
