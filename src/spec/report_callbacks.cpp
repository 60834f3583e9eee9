#include "spec/report_callbacks.h"

#include <unistd.h>

#include <optional>

#include "report/progress.h"
#include "report/tensorboard.h"

namespace mltk {
namespace {

class ProgressCallback : public Callback {
 public:
  explicit ProgressCallback(std::int64_t samples) : samples_(samples) {}

  void on_train_begin(FitContext& context) override {
    progress_.emplace(::isatty(STDOUT_FILENO) != 0 ? stdout : stderr, context.epochs);
  }
  void on_epoch_begin(FitContext& context, std::int64_t epoch) override {
    progress_->begin_epoch(epoch, context.steps);
  }
  void on_train_batch_end(FitContext& context, std::int64_t batch, const Logs& logs) override {
    const bool known = samples_ > 0 && context.steps > 0;
    progress_->step(batch + 1, logs, known ? samples_ * (batch + 1) / context.steps : -1);
  }
  bool wants_batches() const override { return ::isatty(STDOUT_FILENO) != 0; }
  void on_epoch_end(FitContext&, std::int64_t, Logs& logs) override { progress_->end_epoch(logs, samples_); }

 private:
  std::int64_t samples_;
  std::optional<Progress> progress_;
};

class TensorBoardCallback : public Callback {
 public:
  explicit TensorBoardCallback(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void on_train_begin(FitContext&) override {
    train_.emplace(folder_ / "train");
    validation_.emplace(folder_ / "validation");
  }

  void on_epoch_end(FitContext&, std::int64_t epoch, Logs& logs) override {
    bool validates = false;
    for (const auto& [name, value] : logs) {
      constexpr std::string_view kPrefix = "val_";
      const bool of_validation = name.starts_with(kPrefix);
      validates = validates || of_validation;
      const std::string tag =
          name == "lr" ? "epoch_learning_rate" : "epoch_" + (of_validation ? name.substr(kPrefix.size()) : name);
      (of_validation ? *validation_ : *train_).scalar(tag, epoch, value);
    }
    train_->flush();
    if (validates) validation_->flush();
  }

 private:
  std::filesystem::path folder_;
  std::optional<EventWriter> train_;
  std::optional<EventWriter> validation_;
};

}  // namespace

std::unique_ptr<Callback> make_progress(std::int64_t samples) { return std::make_unique<ProgressCallback>(samples); }

std::unique_ptr<Callback> make_tensorboard(const std::filesystem::path& folder) {
  return std::make_unique<TensorBoardCallback>(folder);
}

}  // namespace mltk
