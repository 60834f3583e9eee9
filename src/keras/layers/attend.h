#pragma once

#include "keras/layer.h"

namespace mltk::keras {

/// Softmax of scores [N, Tq, Tv], with the layer's dropout in training, times the values [N, Tv, D].
ValueId attend(const CallContext& context, ValueId scores);
/// Throws Error(invalid_argument) unless there are a query, values and perhaps keys of three axes.
void check_attention_inputs(const CallContext& context);

}  // namespace mltk::keras
