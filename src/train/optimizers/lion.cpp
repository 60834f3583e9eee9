#include <cmath>

#include "train/optimizer.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.0001, "step size"},
    {"beta_1", 0.9, "share of the mean in the direction of a step"},
    {"beta_2", 0.99, "decay of the mean of gradients"},
};

std::vector<SlotDef> slots(const Hyperparameters&, const Shape&) { return {{"m"}}; }

// Chen et al. 2023: every element moves by the learning rate, up or down.
void update(const OptimizerStep& step) {
  const auto rate = static_cast<float>(step.learning_rate);
  const auto beta_1 = static_cast<float>(step.hyper->at("beta_1"));
  const auto beta_2 = static_cast<float>(step.hyper->at("beta_2"));
  for (std::size_t i = 0; i < step.weight.size(); ++i) {
    const float gradient = step.gradient[i];
    float& m = step.slots[0][i];
    const float direction = m * beta_1 + gradient * (1 - beta_1);
    if (direction != 0) step.weight[i] -= std::copysign(rate, direction);
    m = m * beta_2 + gradient * (1 - beta_2);
  }
}

}  // namespace

extern const OptimizerDef lion_def;
const OptimizerDef lion_def = {
    .name = "Lion", .hyperparameters = kHyperparameters, .slots = slots, .update = update, .has_legacy = false};

}  // namespace mltk
