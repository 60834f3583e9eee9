#pragma once

#include "train/loss.h"

namespace mltk {

/// Keras' smallest probability: predictions are clipped to [1e-7, 1 - 1e-7].
inline constexpr float kEpsilon = 1e-7F;

/// Value of an argument, or `otherwise` when it is absent or None; flags are 0 or 1.
double argument(const LossInputs& inputs, std::string_view name, double otherwise);

/// -sum(labels * log(p)) over the last axis, where p are the predictions, or softmax(predictions) `from_logits`. As in
/// Keras, predictions that a softmax has made are taken back to its logits, which is exact.
ValueId cross_entropy(Graph& graph, ValueId labels, ValueId predictions, bool from_logits);

/// -(z * log(p + e) + (1 - z) * log(1 - p + e)) of each element, p clipped; `from_logits` p is sigmoid(predictions).
ValueId binary_cross_entropy(Graph& graph, ValueId labels, ValueId predictions, bool from_logits);

/// Labels of 0 and 1 moved by the argument label_smoothing towards 1 / classes.
ValueId smooth_labels(Graph& graph, const LossInputs& inputs, ValueId labels, std::int64_t classes);

/// Mean over the last axis; x itself when the batch is its only axis.
ValueId mean_of_last(Graph& graph, ValueId x);
/// Sum over the last axis.
ValueId sum_of_last(Graph& graph, ValueId x, bool keep_dims = false);

/// max(x, 1e-7)
ValueId at_least_epsilon(Graph& graph, ValueId x);

/// Labels of hinge losses: 0 and 1 become -1 and 1 when the batch has no others, as in Keras.
ValueId hinge_labels(Graph& graph, ValueId labels);

/// Throws Error(invalid_argument) unless labels and predictions have the same shape.
void check_same_shape(const Graph& graph, const LossInputs& inputs);

}  // namespace mltk
