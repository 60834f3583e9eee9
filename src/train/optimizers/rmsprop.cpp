#include <cmath>

#include "train/optimizer.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.001, "step size"},
    {"rho", 0.9, "decay of the mean of squared gradients"},
    {"momentum", 0, "share of the last step that is repeated"},
    {"epsilon", 1e-7, "keeps the division from zero"},
    {"centered", 0, "1: divide by the estimated variance instead of the mean of squares"},
};

std::vector<SlotDef> slots(const Hyperparameters& hyper, const Shape&) {
  std::vector<SlotDef> slots = {{"velocity", "rms"}};
  if (hyper.at("momentum") > 0) slots.push_back({"momentum"});
  if (hyper.at("centered") != 0) slots.push_back({"average_gradient", "mg"});
  return slots;
}

void update(const OptimizerStep& step) {
  const Hyperparameters& hyper = *step.hyper;
  const auto rate = static_cast<float>(step.learning_rate);
  const auto rho = static_cast<float>(hyper.at("rho"));
  const float rest = step.rest_of("rho");
  const auto momentum = static_cast<float>(hyper.at("momentum"));
  const auto epsilon = static_cast<float>(hyper.at("epsilon"));
  const bool centered = hyper.at("centered") != 0;
  // The legacy optimizer adds epsilon to the root, but not when it has a momentum.
  const bool outside = step.legacy && momentum == 0;
  const auto velocity = step.slots[0];
  for (std::size_t i = 0; i < step.weight.size(); ++i) {
    const float gradient = step.gradient[i];
    velocity[i] = rho * velocity[i] + rest * (gradient * gradient);
    float square = velocity[i];
    if (centered) {
      float& average = step.slots.back()[i];
      average = rho * average + rest * gradient;
      square -= average * average;
    }
    const float root = outside ? std::sqrt(square) + epsilon : std::sqrt(square + epsilon);
    const float move = rate * gradient / root;
    if (momentum > 0) {
      float& last = step.slots[1][i];
      last = momentum * last + move;
      step.weight[i] -= last;
    } else {
      step.weight[i] -= move;
    }
  }
}

}  // namespace

extern const OptimizerDef rmsprop_def;
const OptimizerDef rmsprop_def = {
    .name = "RMSprop", .hyperparameters = kHyperparameters, .slots = slots, .update = update};

}  // namespace mltk
