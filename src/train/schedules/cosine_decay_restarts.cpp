#include <cmath>
#include <numbers>

#include "train/schedule.h"

namespace mltk {
namespace {

constexpr ScheduleArgument kArguments[] = {
    {"initial_learning_rate", ""}, {"first_decay_steps", ""}, {"t_mul", "2.0"}, {"m_mul", "1.0"}, {"alpha", "0.0"},
};

// Loshchilov and Hutter 2017: each period is t_mul times as long as the one before and starts m_mul times as high.
float rate(const nlohmann::json& config, std::int64_t iteration) {
  const auto t_mul = config.at("t_mul").get<float>();
  const auto m_mul = config.at("m_mul").get<float>();
  const auto alpha = config.at("alpha").get<float>();
  float completed = static_cast<float>(iteration) / config.at("first_decay_steps").get<float>();
  float restarts = 0;
  if (t_mul == 1) {
    restarts = std::floor(completed);
    completed -= restarts;
  } else {
    restarts = std::floor(std::log(1 - completed * (1 - t_mul)) / std::log(t_mul));
    const float scale = std::pow(t_mul, restarts);
    completed = (completed - (1 - scale) / (1 - t_mul)) / scale;
  }
  const float cosine = 0.5F * std::pow(m_mul, restarts) * (1 + std::cos(std::numbers::pi_v<float> * completed));
  return config.at("initial_learning_rate").get<float>() * ((1 - alpha) * cosine + alpha);
}

}  // namespace

extern const ScheduleDef cosine_decay_restarts_def;
const ScheduleDef cosine_decay_restarts_def = {.name = "CosineDecayRestarts", .arguments = kArguments, .rate = rate};

}  // namespace mltk
