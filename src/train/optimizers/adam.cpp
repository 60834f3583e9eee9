#include "train/optimizers/adam_step.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.001, "step size"},
    {"beta_1", 0.9, "decay of the mean of gradients"},
    {"beta_2", 0.999, "decay of the mean of squared gradients"},
    {"epsilon", 1e-7, "keeps the division from zero"},
    {"amsgrad", 0, "1: divide by the largest mean of squares so far"},
};

}  // namespace

extern const OptimizerDef adam_def;
const OptimizerDef adam_def = {
    .name = "Adam", .hyperparameters = kHyperparameters, .slots = adam_slots, .update = adam_step, .grouped_slots = 2};

}  // namespace mltk
