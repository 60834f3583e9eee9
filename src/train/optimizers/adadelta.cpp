#include <cmath>

#include "train/optimizer.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.001, "step size"},
    {"rho", 0.95, "decay of the means of squares"},
    {"epsilon", 1e-7, "keeps the division from zero"},
};

std::vector<SlotDef> slots(const Hyperparameters&, const Shape&) {
  return {{"accumulated_grad", "accum_grad"}, {"accumulated_delta_var", "accum_var"}};
}

// Zeiler 2012: steps are measured in the root mean square of earlier steps.
void update(const OptimizerStep& step) {
  const auto rate = static_cast<float>(step.learning_rate);
  const auto rho = static_cast<float>(step.hyper->at("rho"));
  const float rest = step.rest_of("rho");
  const auto epsilon = static_cast<float>(step.hyper->at("epsilon"));
  for (std::size_t i = 0; i < step.weight.size(); ++i) {
    const float gradient = step.gradient[i];
    float& squares = step.slots[0][i];
    float& moves = step.slots[1][i];
    squares = rho * squares + rest * gradient * gradient;
    const float move = -std::sqrt(moves + epsilon) * gradient / std::sqrt(squares + epsilon);
    moves = rho * moves + rest * move * move;
    step.weight[i] += rate * move;
  }
}

}  // namespace

extern const OptimizerDef adadelta_def;
const OptimizerDef adadelta_def = {
    .name = "Adadelta", .hyperparameters = kHyperparameters, .slots = slots, .update = update, .grouped_slots = 2};

}  // namespace mltk
