#include "train/fit.h"

#include <algorithm>
#include <chrono>

#include "base/file.h"
#include "train/profile.h"

namespace mltk {
namespace {

/// The logs that a run will have, for the check of what callbacks monitor.
void check_monitors(const Trainer& trainer, bool validates, std::span<const std::unique_ptr<Callback>> callbacks) {
  std::vector<std::string> names;
  for (const auto& [name, value] : trainer.logs()) names.push_back(name);
  if (names.empty()) return;  // a step that its author wrote tells its names when it has run
  if (validates) {
    const std::size_t count = names.size();
    for (std::size_t i = 0; i < count; ++i) names.push_back("val_" + names[i]);
  }
  for (const auto& callback : callbacks) {
    for (std::string& name : callback->added()) names.push_back(std::move(name));
  }
  for (const auto& callback : callbacks) {
    for (const std::string& name : callback->monitored()) {
      if (std::ranges::find(names, name) != names.end()) continue;
      const auto close = close_matches(name, names);
      fail(ErrorKind::invalid_argument, "a callback monitors '{}', which this run does not measure; {} {}{}", name,
           close.empty() ? "it has:" : "did you mean", fmt::join(close.empty() ? names : close, ", "),
           validates ? "" : ". There is no validation data, so there are no val_ values");
    }
  }
}

nlohmann::json to_json(const History& history) {
  nlohmann::json metrics = nlohmann::json::array();
  for (const auto& [name, values] : history.metrics) metrics.push_back({name, values});
  return {{"epochs", history.epochs}, {"metrics", metrics}};
}

History history_from(const nlohmann::json& json) {
  History history;
  history.epochs = json.at("epochs").get<std::vector<std::int64_t>>();
  for (const auto& metric : json.at("metrics")) {
    history.metrics.emplace_back(metric.at(0).get<std::string>(), metric.at(1).get<std::vector<double>>());
  }
  return history;
}

void append(History& history, std::int64_t epoch, const Logs& logs) {
  history.epochs.push_back(epoch);
  for (const auto& [name, value] : logs) {
    auto found = std::ranges::find(history.metrics, name, &std::pair<std::string, std::vector<double>>::first);
    if (found == history.metrics.end()) {
      history.metrics.emplace_back(name, std::vector<double>());
      found = history.metrics.end() - 1;
    }
    found->second.push_back(value);
  }
}

/// One run: what the loop carries from step to step.
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class Run {
 public:
  Run(Trainer& trainer, TrainedModel& model, BatchSource& data, BatchSource* validation,
      std::span<const std::unique_ptr<Callback>> callbacks, const FitOptions& options)
      : trainer_(trainer),
        data_(data),
        validation_(validation),
        callbacks_(callbacks),
        options_(options),
        context_{.trainer = trainer,
                 .model = model,
                 .epochs = options.epochs,
                 .steps = options.steps_per_epoch >= 0 ? options.steps_per_epoch : data.batches()} {
    wants_batches_ = std::ranges::any_of(callbacks, [](const auto& callback) { return callback->wants_batches(); });
  }

  History operator()() {
    check_monitors(trainer_, validation_ != nullptr, callbacks_);
    std::int64_t epoch = options_.initial_epoch;
    std::int64_t first_batch = 0;
    for_each_callback([&](Callback& callback) { callback.on_train_begin(context_); });
    if (options_.resume_from != nullptr) {
      restore(*options_.resume_from);
      epoch = options_.resume_from->epoch;
      first_batch = options_.resume_from->batch_in_epoch;
    } else {
      save(epoch, 0);  // a state of an earlier run must not be taken for one of this
    }
    for (; epoch < options_.epochs && !context_.stop_training; ++epoch, first_batch = 0) {
      if (!train_epoch(epoch, first_batch)) {
        history_.interrupted = true;
        break;
      }
    }
    if (options_.profile) {
      profile_.total_seconds = seconds_since(start_);
      history_.profile = profile_text(trainer_, profile_);
    }
    if (!history_.interrupted) {
      context_.trainer.finish();
      for_each_callback([&](Callback& callback) { callback.on_train_end(context_); });
    }
    return std::move(history_);
  }

 private:
  Trainer& trainer_;
  BatchSource& data_;
  BatchSource* validation_;
  std::span<const std::unique_ptr<Callback>> callbacks_;
  const FitOptions& options_;
  FitContext context_;
  History history_;
  bool wants_batches_ = false;
  FitProfile profile_;
  Clock::time_point start_ = Clock::now();

  template <class F>
  void for_each_callback(const F& f) {
    for (const auto& callback : callbacks_) f(*callback);
  }

  bool interrupted() const { return options_.interrupted != nullptr && options_.interrupted->load(); }

  /// False when interrupted.
  bool train_epoch(std::int64_t epoch, std::int64_t first_batch) {
    for_each_callback([&](Callback& callback) { callback.on_epoch_begin(context_, epoch); });
    if (first_batch == 0) trainer_.reset_metrics();
    data_.start_epoch(epoch);
    Batch batch;
    // Batches that a stopped run has had: the data's order does not depend on who takes them.
    std::int64_t step = 0;
    while (step < first_batch && data_.next(batch)) ++step;
    for (; (context_.steps < 0 || step < context_.steps) && !context_.stop_training; ++step) {
      const Clock::time_point asked = Clock::now();
      if (!next_batch(epoch, batch)) break;
      profile_.data_seconds += seconds_since(asked);
      for_each_callback([&](Callback& callback) { callback.on_train_batch_begin(context_, step); });
      train_batch(batch);
      const Logs logs = wants_batches_ ? trainer_.logs() : Logs{};
      for_each_callback([&](Callback& callback) { callback.on_train_batch_end(context_, step, logs); });
      if (interrupted()) {
        save(epoch, step + 1);
        return false;
      }
    }

    Logs logs = trainer_.logs();
    if (validation_ != nullptr && (epoch + 1) % options_.validation_freq == 0) {
      for (const auto& [name, value] : evaluate(context_, *validation_, options_.validation_steps, callbacks_)) {
        logs.emplace_back("val_" + name, value);
      }
    }
    for_each_callback([&](Callback& callback) { callback.on_epoch_end(context_, epoch, logs); });
    append(history_, epoch, logs);
    save(epoch + 1, 0);
    return !interrupted() || epoch + 1 >= options_.epochs || context_.stop_training;
  }

  void train_batch(const Batch& batch) {
    const Clock::time_point begin = Clock::now();
    const bool was_finite = trainer_.first_non_finite().empty();
    trainer_.train_batch(batch);
    profile_.step_seconds += seconds_since(begin);
    // The first step plans the graph.
    if (options_.profile && profile_.steps++ == 0) trainer_.start_profile();
    if (was_finite && !trainer_.first_non_finite().empty() && options_.warn) {
      options_.warn(trainer_.first_non_finite());
    }
  }

  /// The next batch; with steps_per_epoch the data start over when they end first.
  bool next_batch(std::int64_t epoch, Batch& batch) {
    if (data_.next(batch)) return true;
    if (options_.steps_per_epoch < 0) return false;
    data_.start_epoch(epoch);
    return data_.next(batch);
  }

  void save(std::int64_t epoch, std::int64_t batch) {
    if (!options_.save_state) return;
    TrainingState state = trainer_.state();
    state.epoch = epoch;
    state.batch_in_epoch = batch;
    state.extra["stop_training"] = context_.stop_training;
    state.extra["history"] = to_json(history_);
    state.extra["callbacks"] = nlohmann::json::array();
    for_each_callback([&](Callback& callback) { state.extra["callbacks"].push_back(callback.state()); });
    options_.save_state(state);
  }

  void restore(const TrainingState& state) {
    trainer_.set_state(state);
    context_.stop_training = state.extra.value("stop_training", false);
    history_ = history_from(state.extra.at("history"));
    const auto& callbacks = state.extra.at("callbacks");
    if (callbacks.size() != callbacks_.size()) {
      fail(ErrorKind::invalid_data,
           "the saved training state has {} callbacks, the specification {}: it has changed; train without --resume",
           callbacks.size(), callbacks_.size());
    }
    for (std::size_t i = 0; i < callbacks_.size(); ++i) {
      if (!callbacks[i].is_null()) callbacks_[i]->set_state(callbacks[i]);
    }
  }
};

}  // namespace

const double* find_log(const Logs& logs, std::string_view name) {
  const auto found = std::ranges::find(logs, name, &std::pair<std::string, double>::first);
  return found == logs.end() ? nullptr : &found->second;
}

void set_log(Logs& logs, std::string_view name, double value) {
  const auto found = std::ranges::find(logs, name, &std::pair<std::string, double>::first);
  if (found != logs.end()) {
    found->second = value;
  } else {
    logs.emplace_back(name, value);
  }
}

History fit(Trainer& trainer, TrainedModel& model, BatchSource& data, BatchSource* validation,
            std::span<const std::unique_ptr<Callback>> callbacks, const FitOptions& options) {
  return Run(trainer, model, data, validation, callbacks, options)();
}

Logs evaluate(Trainer& trainer, BatchSource& data, std::int64_t steps) {
  trainer.reset_metrics();
  data.start_epoch(0);
  Batch batch;
  for (std::int64_t step = 0; (steps < 0 || step < steps) && data.next(batch); ++step) trainer.test_batch(batch);
  return trainer.logs();
}

Logs evaluate(FitContext& context, BatchSource& data, std::int64_t steps,
              std::span<const std::unique_ptr<Callback>> callbacks) {
  Trainer& trainer = context.trainer;
  const bool wants_batches = std::ranges::any_of(callbacks, [](const auto& each) { return each->wants_batches(); });
  trainer.reset_metrics();
  for (const auto& callback : callbacks) callback->on_test_begin(context);
  data.start_epoch(0);
  Batch batch;
  for (std::int64_t step = 0; (steps < 0 || step < steps) && data.next(batch); ++step) {
    for (const auto& callback : callbacks) callback->on_test_batch_begin(context, step);
    trainer.test_batch(batch);
    const Logs logs = wants_batches ? trainer.logs() : Logs{};
    for (const auto& callback : callbacks) callback->on_test_batch_end(context, step, logs);
  }
  const Logs logs = trainer.logs();
  for (const auto& callback : callbacks) callback->on_test_end(context, logs);
  return logs;
}

}  // namespace mltk
