#include "train/optimizers/adam_step.h"

#include <cmath>

#include "train/kernels/optimizer_loops.h"

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
  const auto iteration = static_cast<float>(step.iteration);
  const float correction = std::sqrt(1 - std::pow(beta_2, iteration)) / (1 - std::pow(beta_1, iteration));
  const simd::AdamRates rates{.new_gradient = step.rest_of("beta_1"),
                              .new_square = step.rest_of("beta_2"),
                              .alpha = static_cast<float>(step.learning_rate) * correction,
                              .epsilon = static_cast<float>(hyper.at("epsilon"))};
  float* largest = hyper.at("amsgrad") != 0 ? step.slots[2].data() : nullptr;
  simd::adam(rates, step.gradient.data(), static_cast<std::int64_t>(step.weight.size()), step.slots[0].data(),
             step.slots[1].data(), largest, step.weight.data());
}

}  // namespace mltk
