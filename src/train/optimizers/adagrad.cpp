#include <cmath>

#include "train/optimizer.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.001, "step size"},
    {"initial_accumulator_value", 0.1, "first sum of squares"},
    {"epsilon", 1e-7, "keeps the division from zero"},
};

std::vector<SlotDef> slots(const Hyperparameters& hyper, const Shape&) {
  return {{"accumulator", "", static_cast<float>(hyper.at("initial_accumulator_value"))}};
}

// Duchi, Hazan and Singer 2011. The legacy optimizer adds epsilon to the root.
void update(const OptimizerStep& step) {
  const auto rate = static_cast<float>(step.learning_rate);
  const auto epsilon = static_cast<float>(step.hyper->at("epsilon"));
  for (std::size_t i = 0; i < step.weight.size(); ++i) {
    const float gradient = step.gradient[i];
    float& sum = step.slots[0][i];
    sum += gradient * gradient;
    step.weight[i] -= rate * gradient / (step.legacy ? std::sqrt(sum) + epsilon : std::sqrt(sum + epsilon));
  }
}

}  // namespace

extern const OptimizerDef adagrad_def;
const OptimizerDef adagrad_def = {
    .name = "Adagrad", .hyperparameters = kHyperparameters, .slots = slots, .update = update};

}  // namespace mltk
