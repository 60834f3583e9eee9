#pragma once

#include <cmath>
#include <limits>
#include <string>

#include "train/fit.h"

namespace mltk {

/// An argument that may be missing or null.
template <class T>
T get_or(const nlohmann::json& arguments, std::string_view name, T otherwise) {
  const auto found = arguments.find(name);
  return found == arguments.end() || found->is_null() ? otherwise : found->get<T>();
}

/// Which of two values of a log is better: Keras' `mode` argument.
class Monitor {
 public:
  /// `larger_is_better` decides for mode "auto". Throws Error(invalid_argument) on another mode.
  Monitor(const nlohmann::json& arguments, bool larger_is_better, double min_delta = 0)
      : name_(get_or<std::string>(arguments, "monitor", "val_loss")), min_delta_(min_delta) {
    const auto mode = get_or<std::string>(arguments, "mode", "auto");
    if (mode != "auto" && mode != "min" && mode != "max") {
      fail(ErrorKind::invalid_argument, "mode is '{}', expected 'auto', 'min' or 'max'", mode);
    }
    maximize_ = mode == "max" || (mode == "auto" && larger_is_better);
  }

  const std::string& name() const { return name_; }
  double worst() const {
    return maximize_ ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  /// `value` is better than `best` by more than min_delta.
  bool improves(double value, double best) const {
    return maximize_ ? value - min_delta_ > best : value + min_delta_ < best;
  }

  static std::string name_of(const nlohmann::json& arguments) {
    return get_or<std::string>(arguments, "monitor", "val_loss");
  }

 private:
  std::string name_;
  double min_delta_;
  bool maximize_ = false;
};

/// JSON has no infinity; a callback's best value may be one.
inline nlohmann::json number_to_json(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(value > 0 ? "inf" : "-inf");
}
inline double number_from_json(const nlohmann::json& json) {
  if (json.is_number()) return json.get<double>();
  const double infinity = std::numeric_limits<double>::infinity();
  return json == "inf" ? infinity : -infinity;
}

}  // namespace mltk
