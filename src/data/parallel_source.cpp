#include "data/parallel_source.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "data/array_source.h"

namespace mltk {
namespace {

class ParallelSource : public BatchSource {
 public:
  ParallelSource(std::unique_ptr<SampleMaker> maker, BatchSettings settings, GivenLabels given)
      : maker_(std::move(maker)), settings_(std::move(settings)), labels_(std::move(given.y)) {
    if (given.sample_weight) sample_weight_ = given.sample_weight->cast(DType::float32);
    if (settings_.batch_size < 1) settings_.batch_size = std::max<std::int64_t>(maker_->samples(), 1);
  }
  ~ParallelSource() override { stop(); }
  ParallelSource(const ParallelSource&) = delete;
  ParallelSource& operator=(const ParallelSource&) = delete;

  std::int64_t samples() const override { return maker_->samples(); }
  std::int64_t batches() const override { return (samples() + settings_.batch_size - 1) / settings_.batch_size; }

  void start_epoch(std::int64_t epoch) override {
    stop();
    started_ = true;
    epoch_ = epoch;
    order_ = settings_.shuffle ? shuffled_order(samples(), settings_.seed, epoch) : std::vector<std::int64_t>();
    stopping_ = false;
    next_to_make_ = 0;
    next_to_give_ = 0;
    ready_.clear();
    for (int i = 0; i < std::max(1, settings_.workers); ++i) workers_.emplace_back([this] { work(); });
  }

  bool next(Batch& batch) override {
    if (!started_) start_epoch(0);
    if (next_to_give_ >= batches()) {
      stop();
      return false;
    }
    std::unique_lock lock(mutex_);
    made_.wait(lock, [&] { return ready_.contains(next_to_give_); });
    Made made = std::move(ready_.at(next_to_give_));
    ready_.erase(next_to_give_++);
    lock.unlock();
    taken_.notify_all();
    if (made.error) {
      stop();
      next_to_give_ = batches();
      std::rethrow_exception(made.error);
    }
    batch = std::move(made.batch);
    return true;
  }

 private:
  /// A batch, or why there is none.
  struct Made {
    Batch batch;
    std::exception_ptr error;
  };

  std::unique_ptr<SampleMaker> maker_;
  BatchSettings settings_;
  std::optional<Tensor> labels_;
  std::optional<Tensor> sample_weight_;

  bool started_ = false;
  std::int64_t epoch_ = 0;
  std::vector<std::int64_t> order_;  // empty: as listed
  std::mutex mutex_;
  std::condition_variable made_;
  std::condition_variable taken_;
  std::map<std::int64_t, Made> ready_;
  std::int64_t next_to_make_ = 0;
  std::int64_t next_to_give_ = 0;
  bool stopping_ = false;
  std::vector<std::jthread> workers_;

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    taken_.notify_all();
    workers_.clear();  // joins
  }

  void work() {
    const std::int64_t ahead = std::max<std::int64_t>(settings_.max_batches_pending, settings_.workers);
    for (;;) {
      std::int64_t index = 0;
      {
        std::unique_lock lock(mutex_);
        taken_.wait(lock,
                    [&] { return stopping_ || next_to_make_ < next_to_give_ + ahead || next_to_make_ >= batches(); });
        if (stopping_ || next_to_make_ >= batches()) return;
        index = next_to_make_++;
      }
      Made made;
      try {
        made.batch = make_batch(index);
      } catch (...) {
        made.error = std::current_exception();
      }
      {
        const std::lock_guard lock(mutex_);
        ready_[index] = std::move(made);
      }
      made_.notify_all();
    }
  }

  Batch make_batch(std::int64_t index) {
    const std::int64_t first = index * settings_.batch_size;
    const std::int64_t size = std::min(settings_.batch_size, samples() - first);
    std::vector<std::int64_t> samples;
    std::vector<std::int64_t> ids;
    std::vector<std::string> names;
    for (std::int64_t i = first; i < first + size; ++i) {
      const std::int64_t sample = order_.empty() ? i : order_[static_cast<std::size_t>(i)];
      samples.push_back(sample);
      ids.push_back(maker_->class_id(sample));
      names.push_back(maker_->name(sample));
    }
    std::vector<std::int64_t> shape = settings_.sample_shape.dims();
    shape.insert(shape.begin(), size);
    Batch batch{.size = size};
    Tensor x(settings_.dtype, Shape(shape));
    const std::size_t sample_bytes = x.bytes().size() / static_cast<std::size_t>(size);
    for (std::int64_t i = 0; i < size; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const SampleInfo info{ids[at], names[at], i, &ids, &names};
      const Tensor made = maker_->make(samples[at], epoch_, info);
      MLTK_ASSERT(made.bytes().size() == sample_bytes);
      std::ranges::copy(made.bytes(), x.bytes().begin() + static_cast<std::ptrdiff_t>(at * sample_bytes));
    }
    add_labels(batch, x, samples, ids);
    batch.x.push_back(std::move(x));
    return batch;
  }

  /// Labels in the generator's type, as MLTK gives them.
  void add_labels(Batch& batch, const Tensor& x, const std::vector<std::int64_t>& samples,
                  const std::vector<std::int64_t>& ids) const {
    if (labels_) {
      Shape shape = labels_->shape();
      shape[0] = batch.size;
      Tensor y(labels_->dtype(), shape);
      const std::size_t row = batch.size > 0 ? y.bytes().size() / static_cast<std::size_t>(batch.size) : 0;
      for (std::size_t i = 0; i < samples.size(); ++i) {
        const Tensor label = labels_->rows(samples[i], 1);
        std::ranges::copy(label.bytes(), y.bytes().begin() + static_cast<std::ptrdiff_t>(i * row));
      }
      batch.y.push_back(std::move(y));
    } else if (settings_.class_mode == ClassMode::input) {
      batch.y.push_back(x);
    } else if (settings_.class_mode == ClassMode::categorical) {
      Tensor y(DType::float32, {batch.size, settings_.classes});
      for (std::size_t i = 0; i < ids.size(); ++i)
        y.as<float>()[i * static_cast<std::size_t>(settings_.classes) + static_cast<std::size_t>(ids[i])] = 1;
      batch.y.push_back(y.cast(settings_.dtype));
    } else if (settings_.class_mode != ClassMode::none) {
      Tensor y(DType::float32, {batch.size});
      for (std::size_t i = 0; i < ids.size(); ++i) y.as<float>()[i] = static_cast<float>(ids[i]);
      batch.y.push_back(y.cast(settings_.dtype));
    }
    if (sample_weight_) {
      Tensor weights(DType::float32, {batch.size});
      for (std::size_t i = 0; i < samples.size(); ++i)
        weights.as<float>()[i] = sample_weight_->as<float>()[static_cast<std::size_t>(samples[i])];
      batch.sample_weight = std::move(weights);
    }
  }
};

}  // namespace

std::unique_ptr<BatchSource> make_parallel_source(std::unique_ptr<SampleMaker> maker, BatchSettings settings,
                                                  GivenLabels given) {
  return std::make_unique<ParallelSource>(std::move(maker), std::move(settings), std::move(given));
}

}  // namespace mltk
