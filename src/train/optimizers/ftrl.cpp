#include <algorithm>
#include <cmath>

#include "train/optimizer.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.001, "step size"},
    {"learning_rate_power", -0.5, "power of the sum of squares in the rate, at most 0"},
    {"initial_accumulator_value", 0.1, "first sum of squares"},
    {"l1_regularization_strength", 0, "pulls weights to 0"},
    {"l2_regularization_strength", 0, "pulls weights towards 0"},
    {"l2_shrinkage_regularization_strength", 0, "penalty on the size of weights"},
    {"beta", 0, "added to the root of the sum of squares"},
};

std::vector<SlotDef> slots(const Hyperparameters& hyper, const Shape&) {
  return {{"accumulator", "", static_cast<float>(hyper.at("initial_accumulator_value"))}, {"linear"}};
}

// McMahan et al. 2013, "Ad click prediction".
void update(const OptimizerStep& step) {
  const auto get = [&](std::string_view name) { return static_cast<float>(step.hyper->find(name)->second); };
  const auto rate = static_cast<float>(step.learning_rate);
  const float power = -get("learning_rate_power");
  const float l1 = get("l1_regularization_strength");
  const float l2 = get("l2_regularization_strength") + get("beta") / (2 * rate);
  const float shrinkage = get("l2_shrinkage_regularization_strength");
  for (std::size_t i = 0; i < step.weight.size(); ++i) {
    const float gradient = step.gradient[i];
    float& weight = step.weight[i];
    float& squares = step.slots[0][i];
    float& linear = step.slots[1][i];
    const float before = std::pow(squares, power);
    squares += gradient * gradient;
    const float after = std::pow(squares, power);
    linear += gradient + 2 * shrinkage * weight - (after - before) / rate * weight;
    const float clipped = std::min(std::max(linear, -l1), l1);
    weight = (clipped - linear) / (after / rate + 2 * l2);
  }
}

}  // namespace

extern const OptimizerDef ftrl_def;
const OptimizerDef ftrl_def = {
    .name = "Ftrl", .hyperparameters = kHyperparameters, .slots = slots, .update = update, .grouped_slots = 2};

}  // namespace mltk
