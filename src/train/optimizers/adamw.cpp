#include "train/optimizers/adam_step.h"

namespace mltk {
namespace {

constexpr HyperparameterDef kHyperparameters[] = {
    {"learning_rate", 0.001, "step size"},
    {"weight_decay", 0.004, "share of a weight that each update takes away, times the learning rate"},
    {"beta_1", 0.9, "decay of the mean of gradients"},
    {"beta_2", 0.999, "decay of the mean of squared gradients"},
    {"epsilon", 1e-7, "keeps the division from zero"},
    {"amsgrad", 0, "1: divide by the largest mean of squares so far"},
};

}  // namespace

extern const OptimizerDef adamw_def;
const OptimizerDef adamw_def = {.name = "AdamW",
                                .hyperparameters = kHyperparameters,
                                .slots = adam_slots,
                                .update = adam_step,
                                .grouped_slots = 2,
                                .has_legacy = false};

}  // namespace mltk
