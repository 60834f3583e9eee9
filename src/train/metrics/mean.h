#pragma once

#include "train/losses/cross_entropy.h"

namespace mltk {

/// Sums of Keras' Mean: values [N, ...] times the weights of the inputs, and the weights.
std::vector<ValueId> mean_sums(Graph& graph, ValueId values, ValueId weights);
/// First sum over the second; 0 when nothing was counted.
std::vector<double> mean_result(std::span<const std::vector<double>> sums, const LossArguments& arguments);

/// a / b, or 0 when b is 0.
double ratio(double a, double b);

}  // namespace mltk
