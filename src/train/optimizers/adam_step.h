#pragma once

#include "train/optimizer.h"

namespace mltk {

/// Slots and arithmetic of Adam, which AdamW shares: it differs in its default of weight_decay.
std::vector<SlotDef> adam_slots(const Hyperparameters& hyper, const Shape& shape);
void adam_step(const OptimizerStep& step);

}  // namespace mltk
