#include "train/optimizer.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.01, "step size"},
    {"momentum", 0, "share of the last step that is repeated"},
    {"nesterov", 0, "1: look ahead along the momentum"},
};

// Only the legacy optimizer, which alone has a decay, spares the slot without a momentum.
std::vector<SlotDef> slots(const Hyperparameters& hyper, const Shape&) {
  if (hyper.contains("decay") && hyper.at("momentum") == 0) return {};
  return {{"m", "momentum"}};
}

void update(const OptimizerStep& step) {
  const auto rate = static_cast<float>(step.learning_rate);
  const auto momentum = static_cast<float>(step.hyper->at("momentum"));
  const bool nesterov = step.hyper->at("nesterov") != 0;
  for (std::size_t i = 0; i < step.weight.size(); ++i) {
    const float move = -step.gradient[i] * rate;
    if (step.slots.empty()) {
      step.weight[i] += move;
      continue;
    }
    float& velocity = step.slots[0][i];
    velocity = velocity * momentum + move;
    step.weight[i] += nesterov ? velocity * momentum + move : velocity;
  }
}

}  // namespace

extern const OptimizerDef sgd_def;
const OptimizerDef sgd_def = {.name = "SGD", .hyperparameters = kHyperparameters, .slots = slots, .update = update};

}  // namespace mltk
