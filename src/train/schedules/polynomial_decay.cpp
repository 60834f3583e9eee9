#include <algorithm>
#include <cmath>

#include "train/schedule.h"

namespace mltk {
namespace {

constexpr ScheduleArgument kArguments[] = {
    {"initial_learning_rate", ""},
    {"decay_steps", ""},
    {"end_learning_rate", "0.0001"},
    {"power", "1.0"},
    {"cycle", "false"},
};

float rate(const nlohmann::json& config, std::int64_t iteration) {
  const auto initial = config.at("initial_learning_rate").get<float>();
  const auto end = config.at("end_learning_rate").get<float>();
  auto steps = config.at("decay_steps").get<float>();
  auto step = static_cast<float>(iteration);
  if (!config.at("cycle").get<bool>()) {
    step = std::min(step, steps);
  } else if (iteration > 0) {
    steps *= std::ceil(step / steps);
  }
  return (initial - end) * std::pow(1 - step / steps, config.at("power").get<float>()) + end;
}

}  // namespace

extern const ScheduleDef polynomial_decay_def;
const ScheduleDef polynomial_decay_def = {.name = "PolynomialDecay", .arguments = kArguments, .rate = rate};

}  // namespace mltk
