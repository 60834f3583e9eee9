#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "graph/graph.h"
#include "tensor/tensor.h"
#include "train/schedule.h"

namespace mltk {

/// Hyper-parameters by Keras' names: "learning_rate", "beta_1", ... Flags are 0 or 1, None is NaN.
using Hyperparameters = std::map<std::string, double, std::less<>>;

/// Everything that one update of one variable reads and writes; all spans of elements have the same length.
struct OptimizerStep {
  std::span<float> weight;
  std::span<const float> gradient;
  std::span<const std::span<float>> slots;  ///< in the order of OptimizerDef::slots
  double learning_rate = 0;                 ///< after schedules and callbacks
  std::int64_t iteration = 0;               ///< of this update, from 1
  const Hyperparameters* hyper = nullptr;
  const Shape* shape = nullptr;  ///< of the variable
  bool legacy = false;           ///< the arithmetic of tf.keras.optimizers.legacy
  bool scheduled = false;        ///< the learning rate comes from a schedule

  /// 1 - `name`, a share of what is new. Keras' optimizers subtract in double, the legacy ones in float32; 1 - 0.999
  /// differs by a part in 20,000 between them.
  float rest_of(std::string_view name) const {
    const double decay = hyper->find(name)->second;
    return legacy ? 1 - static_cast<float>(decay) : static_cast<float>(1 - decay);
  }
};

/// A hyper-parameter with Keras' default.
struct HyperparameterDef {
  std::string_view name;
  double value;
  std::string_view meaning;
};

/// What an optimizer keeps for a variable from one update to the next.
struct SlotDef {
  std::string name;         ///< in Keras' files, "m"
  std::string legacy_name;  ///< in files of tf.keras.optimizers.legacy; "" = as name
  float initial = 0;
  std::optional<Shape> shape;  ///< none: that of the variable
};

/// One optimizer, one file in train/optimizers/. The arithmetic is element by element, so an update may be split
/// anywhere between threads, unless `whole_variables` is set.
struct OptimizerDef {
  std::string_view name;                               ///< Keras' class name, "Adam"
  std::span<const HyperparameterDef> hyperparameters;  ///< in the order of Keras' constructor; learning_rate first
  /// Slots that a variable of this shape needs with these hyper-parameters.
  std::vector<SlotDef> (*slots)(const Hyperparameters& hyper, const Shape& shape);
  void (*update)(const OptimizerStep& step);
  /// So many of the first slots stand variable by variable in Keras' files; each further one follows for all variables.
  std::size_t grouped_slots = 1;
  bool has_legacy = true;        ///< tf.keras.optimizers.legacy has it
  bool whole_variables = false;  ///< an update reads the whole variable, not elements
};

std::span<const OptimizerDef* const> optimizer_table();
/// By class name or Keras' lower-case string ("adam"). Throws Error(unsupported) with close names.
const OptimizerDef& find_optimizer(std::string_view name);

/// Hyper-parameters of an optimizer with those that all have (clipping, weight decay, moving average; "decay" of legacy
/// ones), in the order of Keras' constructor.
std::vector<HyperparameterDef> all_hyperparameters(const OptimizerDef& def, bool legacy = false);

/// An optimizer as `compile` takes it: definition and hyper-parameters.
struct OptimizerConfig {
  const OptimizerDef* def = nullptr;
  Hyperparameters hyper;
  bool legacy = false;               ///< of tf.keras.optimizers.legacy
  std::optional<Schedule> schedule;  ///< replaces learning_rate

  /// Defaults of `name`, with `given` over them. Throws Error(invalid_argument) on an unknown hyper-parameter.
  static OptimizerConfig make(std::string_view name, const Hyperparameters& given = {}, bool legacy = false);
};

/// An optimizer at work on variables: clips gradients, decays weights, updates, keeps moving averages and applies the
/// variables' constraints, in Keras' order.
class Optimizer {
 public:
  /// `variables` are trained; they outlive the optimizer.
  Optimizer(OptimizerConfig config, std::vector<std::shared_ptr<Variable>> variables);

  const OptimizerConfig& config() const { return config_; }

  /// One update. `gradients` follow the variables; an empty one leaves its variable as it is. The result does not
  /// depend on the number of threads.
  void apply(std::span<const std::span<const float>> gradients, ThreadPool& pool);
  /// End of training: with use_ema the variables take their moving averages.
  void finish();

  std::int64_t iteration() const { return iteration_; }
  void set_iteration(std::int64_t iteration) { iteration_ = iteration; }
  /// Keras' learning_rate: the number, or that of the schedule for the next update.
  double learning_rate() const { return config_.schedule ? config_.schedule->rate(iteration_) : learning_rate_; }
  /// The number that a schedule replaces.
  double base_learning_rate() const { return learning_rate_; }
  void set_base_learning_rate(double value) { learning_rate_ = value; }
  /// Throws Error(invalid_argument) when a schedule gives the rate, as Keras does.
  void set_learning_rate(double value);

  /// Every slot with its name in Keras' .h5 files ("Adam/m/conv2d/kernel:0"), in their order.
  std::vector<std::pair<std::string, Tensor*>> slots();
  /// Name of the count of updates in Keras' .h5 files.
  std::string iteration_name() const;

 private:
  OptimizerConfig config_;
  std::vector<std::shared_ptr<Variable>> variables_;
  std::vector<std::vector<SlotDef>> slot_defs_;  // by variable
  std::vector<std::vector<Tensor>> slots_;       // by variable
  std::vector<Tensor> averages_;                 // by variable, with use_ema
  std::int64_t iteration_ = 0;
  double learning_rate_ = 0;

  /// A part of a variable that one thread updates.
  struct Chunk {
    std::size_t variable;
    std::size_t begin;
    std::size_t size;
    std::vector<float> clipped;           ///< its gradient after clipping
    std::vector<std::span<float>> slots;  ///< its parts of the slots
  };
  // Kept from update to update, so that one allocates nothing.
  std::vector<Chunk> chunks_;
  std::vector<float> scales_;

  void make_chunks();
  double hyper(std::string_view name) const;
  double step_size() const;
  void set_scales(std::span<const std::span<const float>> gradients);
  void update_chunk(Chunk& chunk, std::span<const float> gradient, float scale);
  void update_average(const Chunk& chunk);
};

}  // namespace mltk
