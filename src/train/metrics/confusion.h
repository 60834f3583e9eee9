#pragma once

#include "train/metrics/mean.h"

namespace mltk {

/// What predictions are compared with.
struct Thresholds {
  std::vector<float> values;
  /// The thresholds are i / (n - 1): Keras compares p * (n - 1) with i then.
  bool even = false;
};

/// The argument "thresholds", a number or a list; 0.5 (with top_k: any value) without it.
Thresholds given_thresholds(const LossArguments& arguments);
/// The argument "num_thresholds" (200 without it) as as many steps from 0 to 1.
Thresholds even_thresholds(const LossArguments& arguments);
/// Whether Keras takes a list from 0 to 1 for even.
bool is_even(std::span<const float> values);

/// Add the sums of a confusion matrix for each threshold: true positives, false positives, positives, negatives. With
/// `by_label` the last axis of the labels is kept: [labels, thresholds], else [thresholds]. Labels other than 0 are
/// positive.
std::vector<ValueId> confusion_sums(Graph& graph, const LossInputs& inputs, const Thresholds& thresholds,
                                    bool by_label = false);

/// The counts of one threshold.
struct Confusion {
  double true_positives;
  double false_positives;
  double true_negatives;
  double false_negatives;

  double precision() const { return ratio(true_positives, true_positives + false_positives); }
  double recall() const { return ratio(true_positives, true_positives + false_negatives); }
  double specificity() const { return ratio(true_negatives, true_negatives + false_positives); }
  double fall_out() const { return ratio(false_positives, false_positives + true_negatives); }
};

/// All counts from the sums of confusion_sums.
std::vector<Confusion> confusion_of(std::span<const std::vector<double>> sums);

/// Sums of Precision, Recall and the counts: the arguments thresholds, top_k and class_id.
std::vector<ValueId> thresholded_sums(Graph& graph, const LossInputs& inputs);
/// One value a threshold.
std::vector<double> for_each_threshold(std::span<const std::vector<double>> sums,
                                       double (*value)(const Confusion& confusion));

/// Largest `wanted` among thresholds whose `constrained` is at least the argument `limit`; 0 when there is none.
std::vector<double> best_under_constraint(std::span<const std::vector<double>> sums, double limit,
                                          double (Confusion::*constrained)() const,
                                          double (Confusion::*wanted)() const);

}  // namespace mltk
