#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "train/trainer.h"

namespace mltk {

/// What callbacks may do with the model being trained. The front end implements the files (.h5).
class TrainedModel {
 public:
  virtual ~TrainedModel() = default;
  virtual void save_weights(const std::filesystem::path& path) = 0;
  virtual void save(const std::filesystem::path& path) = 0;
};

struct FitContext {
  Trainer& trainer;
  TrainedModel& model;
  std::int64_t epochs = 0;
  std::int64_t steps = 0;  ///< per epoch; -1 unknown
  bool stop_training = false;
};

/// Keras' callback protocol. `epoch` counts from 0; callbacks may add to the logs of an epoch, later ones see it.
class Callback {
 public:
  virtual ~Callback() = default;
  virtual void on_train_begin(FitContext& /*context*/) {}
  virtual void on_train_end(FitContext& /*context*/) {}
  virtual void on_epoch_begin(FitContext& /*context*/, std::int64_t /*epoch*/) {}
  virtual void on_epoch_end(FitContext& /*context*/, std::int64_t /*epoch*/, Logs& /*logs*/) {}
  virtual void on_train_batch_begin(FitContext& /*context*/, std::int64_t /*batch*/) {}
  virtual void on_train_batch_end(FitContext& /*context*/, std::int64_t /*batch*/, const Logs& /*logs*/) {}
  /// Around a validation or an evaluation, and around each of its batches.
  virtual void on_test_begin(FitContext& /*context*/) {}
  virtual void on_test_end(FitContext& /*context*/, const Logs& /*logs*/) {}
  virtual void on_test_batch_begin(FitContext& /*context*/, std::int64_t /*batch*/) {}
  virtual void on_test_batch_end(FitContext& /*context*/, std::int64_t /*batch*/, const Logs& /*logs*/) {}
  /// False spares the loop the logs of every batch.
  virtual bool wants_batches() const { return false; }
  /// Names of logs that the callback reads; a name that the run will not have is an error before the first epoch.
  virtual std::vector<std::string> monitored() const { return {}; }
  /// Names that the callback adds to the logs of an epoch.
  virtual std::vector<std::string> added() const { return {}; }
  /// State that a resumed run restores; null when there is none.
  virtual nlohmann::json state() const { return nullptr; }
  virtual void set_state(const nlohmann::json& /*state*/) {}
};

/// The value of a log; null when it is not there.
const double* find_log(const Logs& logs, std::string_view name);
void set_log(Logs& logs, std::string_view name, double value);

/// One callback that specifications configure by dictionary; one file in train/callbacks/.
struct CallbackDef {
  std::string_view name;                        ///< Keras' class name
  std::span<const std::string_view> arguments;  ///< names it understands
  /// Throws Error(invalid_argument) on bad values.
  std::unique_ptr<Callback> (*make)(const nlohmann::json& arguments);
};

std::span<const CallbackDef* const> callback_table();
/// Check the arguments' names (near names in the error) and make the callback.
std::unique_ptr<Callback> make_callback(std::string_view name, const nlohmann::json& arguments);

struct FitOptions {
  std::int64_t epochs = 1;
  std::int64_t initial_epoch = 0;
  std::int64_t steps_per_epoch = -1;  ///< -1: all batches of the source
  std::int64_t validation_steps = -1;
  std::int64_t validation_freq = 1;
  const std::atomic<bool>* interrupted = nullptr;  ///< set by Ctrl-C: finish the step and return
  /// Called after each epoch, and when interrupted, with all that a resumed run needs.
  std::function<void(const TrainingState&)> save_state;
  const TrainingState* resume_from = nullptr;
  /// Told once, when a loss or a gradient is not a finite number: where that began.
  std::function<void(const std::string&)> warn;
  bool profile = false;  ///< measure where the time goes: History::profile
};

/// Keras' History: metric names with one value an epoch.
struct History {
  std::vector<std::int64_t> epochs;  ///< from 0
  std::vector<std::pair<std::string, std::vector<double>>> metrics;
  bool interrupted = false;
  std::string profile;  ///< with FitOptions::profile, as text
};

/// Train: epochs of steps, validation, callbacks, in Keras' order. `validation` may be null.
History fit(Trainer& trainer, TrainedModel& model, BatchSource& data, BatchSource* validation,
            std::span<const std::unique_ptr<Callback>> callbacks, const FitOptions& options);

/// Loss and metrics over a source (Keras' evaluate).
Logs evaluate(Trainer& trainer, BatchSource& data, std::int64_t steps = -1);
/// The same with callbacks.
Logs evaluate(FitContext& context, BatchSource& data, std::int64_t steps,
              std::span<const std::unique_ptr<Callback>> callbacks);

}  // namespace mltk
