#include <cmath>

#include "train/optimizer.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.001, "step size"},
    {"beta_1", 0.9, "decay of the mean of gradients"},
    {"beta_2", 0.999, "decay of the mean of squared gradients"},
    {"epsilon", 1e-7, "keeps the division from zero"},
};

std::vector<SlotDef> slots(const Hyperparameters&, const Shape&) { return {{"m"}, {"v"}}; }

/// Dozat 2015: the momentum of an iteration, which rises to beta_1. The legacy optimizer lets it rise more slowly.
float momentum_of(const OptimizerStep& step, std::int64_t iteration) {
  const auto beta_1 = static_cast<float>(step.hyper->at("beta_1"));
  const float speed = step.legacy ? 0.004F : 1.0F;
  return beta_1 * (1 - 0.5F * std::pow(0.96F, speed * static_cast<float>(iteration)));
}

/// Product of the momenta of all iterations up to this one; below the last bit of 1 it does not matter.
float momentum_product(const OptimizerStep& step) {
  float product = 1;
  for (std::int64_t t = 1; t <= step.iteration && product > 1e-9F; ++t) product *= momentum_of(step, t);
  return product;
}

void update(const OptimizerStep& step) {
  const auto rate = static_cast<float>(step.learning_rate);
  const auto beta_1 = static_cast<float>(step.hyper->at("beta_1"));
  const auto beta_2 = static_cast<float>(step.hyper->at("beta_2"));
  const auto epsilon = static_cast<float>(step.hyper->at("epsilon"));
  const float now = momentum_of(step, step.iteration);
  const float next = momentum_of(step, step.iteration + 1);
  const float product = momentum_product(step);
  const float correction = 1 - std::pow(beta_2, static_cast<float>(step.iteration));
  for (std::size_t i = 0; i < step.weight.size(); ++i) {
    const float gradient = step.gradient[i];
    float& m = step.slots[0][i];
    float& v = step.slots[1][i];
    m += (gradient - m) * (1 - beta_1);
    v += (gradient * gradient - v) * (1 - beta_2);
    const float ahead = next * m / (1 - product * next) + (1 - now) * gradient / (1 - product);
    step.weight[i] -= ahead * rate / (std::sqrt(v / correction) + epsilon);
  }
}

}  // namespace

extern const OptimizerDef nadam_def;
const OptimizerDef nadam_def = {
    .name = "Nadam", .hyperparameters = kHyperparameters, .slots = slots, .update = update, .grouped_slots = 2};

}  // namespace mltk
