#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "tensor/tensor.h"

namespace mltk {

/// Hyper-parameters by Keras' names: "learning_rate", "beta_1", ... Flags are 0 or 1.
using Hyperparameters = std::map<std::string, double, std::less<>>;

/// Everything that one update of one variable reads and writes; all spans have the same length.
struct OptimizerStep {
  std::span<float> weight;
  std::span<const float> gradient;
  std::span<const std::span<float>> slots;  ///< in the order of OptimizerDef::slots
  double learning_rate = 0;                 ///< after schedules and callbacks
  std::int64_t iteration = 0;               ///< of this update, from 1
  const Hyperparameters* hyper = nullptr;
};

/// A hyper-parameter with Keras' default.
struct HyperparameterDef {
  std::string_view name;
  double value;
  std::string_view meaning;
};

/// One optimizer, one file in train/optimizers/. The arithmetic is element by element, so an update may be split
/// anywhere between threads.
struct OptimizerDef {
  std::string_view name;                               ///< Keras' class name, "Adam"
  std::span<const HyperparameterDef> hyperparameters;  ///< in the order of Keras' constructor; learning_rate first
  /// Names of the slots that a variable needs with these hyper-parameters ("m", "v").
  std::vector<std::string> (*slots)(const Hyperparameters& hyper);
  void (*update)(const OptimizerStep& step);
  /// So many of the first slots stand variable by variable in Keras' files; each further one follows for all variables.
  std::size_t grouped_slots = 1;
};

std::span<const OptimizerDef* const> optimizer_table();
/// By class name or Keras' lower-case string ("adam"). Throws Error(unsupported) with close names.
const OptimizerDef& find_optimizer(std::string_view name);

/// An optimizer as `compile` takes it: definition and hyper-parameters.
struct OptimizerConfig {
  const OptimizerDef* def = nullptr;
  Hyperparameters hyper;

  /// Defaults of `name`, with `given` over them. Throws Error(invalid_argument) on an unknown hyper-parameter.
  static OptimizerConfig make(std::string_view name, const Hyperparameters& given = {});
};

}  // namespace mltk
