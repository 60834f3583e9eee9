#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "base/error.h"

namespace mltk {

/// An argument of a schedule: Keras' name and its default as JSON text ("" = required).
struct ScheduleArgument {
  std::string_view name;
  std::string_view default_value;
};

/// A learning rate schedule, one file each in train/schedules/: the rate as a function of the updates done so far,
/// with Keras' arithmetic in float32.
struct ScheduleDef {
  std::string_view name;                        ///< Keras' class name, "ExponentialDecay"
  std::span<const ScheduleArgument> arguments;  ///< in the order of Keras' constructor
  /// `iteration` counts from 0.
  float (*rate)(const nlohmann::json& config, std::int64_t iteration);
};

std::span<const ScheduleDef* const> schedule_table();

/// A schedule with its arguments.
struct Schedule {
  const ScheduleDef* def = nullptr;
  nlohmann::json config;

  /// Check names and put defaults. Throws Error(unsupported or invalid_argument).
  static Schedule make(std::string_view name, const nlohmann::json& given);
  float rate(std::int64_t iteration) const { return def->rate(config, iteration); }
};

}  // namespace mltk
