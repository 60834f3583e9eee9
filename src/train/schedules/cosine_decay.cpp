#include <algorithm>
#include <cmath>
#include <numbers>

#include "train/schedule.h"

namespace mltk {
namespace {

constexpr ScheduleArgument kArguments[] = {
    {"initial_learning_rate", ""}, {"decay_steps", ""},   {"alpha", "0.0"},
    {"warmup_target", "null"},     {"warmup_steps", "0"},
};

float rate(const nlohmann::json& config, std::int64_t iteration) {
  const auto initial = config.at("initial_learning_rate").get<float>();
  const auto decay_steps = config.at("decay_steps").get<float>();
  const auto alpha = config.at("alpha").get<float>();
  const bool warms_up = !config.at("warmup_target").is_null();
  const float warmup_steps = warms_up ? config.at("warmup_steps").get<float>() : 0;
  const float target = warms_up ? config.at("warmup_target").get<float>() : initial;
  const float step = std::min(static_cast<float>(iteration), decay_steps + warmup_steps);
  if (step < warmup_steps) return (target - initial) * (step / warmup_steps) + initial;
  const float completed = (step - warmup_steps) / decay_steps;
  const float cosine = 0.5F * (1 + std::cos(std::numbers::pi_v<float> * completed));
  return target * ((1 - alpha) * cosine + alpha);
}

}  // namespace

extern const ScheduleDef cosine_decay_def;
const ScheduleDef cosine_decay_def = {.name = "CosineDecay", .arguments = kArguments, .rate = rate};

}  // namespace mltk
