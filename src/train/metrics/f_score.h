#pragma once

#include "train/metrics/mean.h"

namespace mltk {

/// Sums for each class: true positives, false positives, false negatives, weight. Predictions are positive above the
/// argument threshold, or where they are the largest without one.
std::vector<ValueId> f_score_sums(Graph& graph, const LossInputs& inputs);
/// The F score of each class, or its average by the argument average.
std::vector<double> f_score(std::span<const std::vector<double>> sums, const LossArguments& arguments, double beta);

}  // namespace mltk
