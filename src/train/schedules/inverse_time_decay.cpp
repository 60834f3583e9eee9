#include <cmath>

#include "train/schedule.h"

namespace mltk {
namespace {

constexpr ScheduleArgument kArguments[] = {
    {"initial_learning_rate", ""},
    {"decay_steps", ""},
    {"decay_rate", ""},
    {"staircase", "false"},
};

float rate(const nlohmann::json& config, std::int64_t iteration) {
  float periods = static_cast<float>(iteration) / config.at("decay_steps").get<float>();
  if (config.at("staircase").get<bool>()) periods = std::floor(periods);
  return config.at("initial_learning_rate").get<float>() / (1 + config.at("decay_rate").get<float>() * periods);
}

}  // namespace

extern const ScheduleDef inverse_time_decay_def;
const ScheduleDef inverse_time_decay_def = {.name = "InverseTimeDecay", .arguments = kArguments, .rate = rate};

}  // namespace mltk
