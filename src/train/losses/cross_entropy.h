#pragma once

#include "train/loss.h"

namespace mltk {

/// Keras' smallest probability: predictions are clipped to [1e-7, 1 - 1e-7].
inline constexpr float kEpsilon = 1e-7F;

/// Value of an argument, or `otherwise`.
double argument(const LossInputs& inputs, std::string_view name, double otherwise);

/// -sum(labels * log(p)) over the last axis, where p are the predictions, or softmax(predictions) `from_logits`. As in
/// Keras, predictions that a softmax has made are taken back to its logits, which is exact.
ValueId cross_entropy(Graph& graph, ValueId labels, ValueId predictions, bool from_logits);

/// Mean over all axes but the batch.
ValueId mean_per_sample(Graph& graph, ValueId x);

/// Throws Error(invalid_argument) unless labels and predictions have the same shape.
void check_same_shape(const Graph& graph, const LossInputs& inputs);

}  // namespace mltk
