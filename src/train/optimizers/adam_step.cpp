#include "train/optimizers/adam_step.h"

#include <algorithm>
#include <cmath>

namespace mltk {

std::vector<SlotDef> adam_slots(const Hyperparameters& hyper, const Shape&) {
  if (hyper.at("amsgrad") != 0) return {{"m"}, {"v"}, {"vhat"}};
  return {{"m"}, {"v"}};
}

// Kingma and Ba 2015, with Keras 2.15's order of operations in float32.
void adam_step(const OptimizerStep& step) {
  const Hyperparameters& hyper = *step.hyper;
  const auto beta_1 = static_cast<float>(hyper.at("beta_1"));
  const auto beta_2 = static_cast<float>(hyper.at("beta_2"));
  const float new_gradient = step.rest_of("beta_1");
  const float new_square = step.rest_of("beta_2");
  const auto epsilon = static_cast<float>(hyper.at("epsilon"));
  const bool amsgrad = hyper.at("amsgrad") != 0;
  const auto iteration = static_cast<float>(step.iteration);
  const float correction = std::sqrt(1 - std::pow(beta_2, iteration)) / (1 - std::pow(beta_1, iteration));
  const float alpha = static_cast<float>(step.learning_rate) * correction;
  const auto m = step.slots[0];
  const auto v = step.slots[1];
  for (std::size_t i = 0; i < step.weight.size(); ++i) {
    const float gradient = step.gradient[i];
    m[i] += (gradient - m[i]) * new_gradient;
    v[i] += (gradient * gradient - v[i]) * new_square;
    float square = v[i];
    if (amsgrad) {
      step.slots[2][i] = std::max(step.slots[2][i], square);
      square = step.slots[2][i];
    }
    step.weight[i] -= m[i] * alpha / (std::sqrt(square) + epsilon);
  }
}

}  // namespace mltk
