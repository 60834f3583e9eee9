#include <algorithm>
#include <cmath>

#include "train/optimizer.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.001, "step size"},
    {"beta_1", 0.9, "decay of the mean of gradients"},
    {"beta_2", 0.999, "decay of the largest gradient"},
    {"epsilon", 1e-7, "keeps the division from zero"},
};

std::vector<SlotDef> slots(const Hyperparameters&, const Shape&) { return {{"m"}, {"u", "v"}}; }

// Kingma and Ba 2015, section 7.1.
void update(const OptimizerStep& step) {
  const auto rate = static_cast<float>(step.learning_rate);
  const auto beta_1 = static_cast<float>(step.hyper->at("beta_1"));
  const auto beta_2 = static_cast<float>(step.hyper->at("beta_2"));
  const float rest = step.rest_of("beta_1");
  const auto epsilon = static_cast<float>(step.hyper->at("epsilon"));
  const float correction = 1 - std::pow(beta_1, static_cast<float>(step.iteration));
  for (std::size_t i = 0; i < step.weight.size(); ++i) {
    const float gradient = step.gradient[i];
    float& m = step.slots[0][i];
    float& u = step.slots[1][i];
    m += (gradient - m) * rest;
    u = std::max(beta_2 * u, std::abs(gradient));
    step.weight[i] -= rate * m / (correction * (u + epsilon));
  }
}

}  // namespace

extern const OptimizerDef adamax_def;
const OptimizerDef adamax_def = {
    .name = "Adamax", .hyperparameters = kHyperparameters, .slots = slots, .update = update, .grouped_slots = 2};

}  // namespace mltk
