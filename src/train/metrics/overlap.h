#pragma once

#include "train/metrics/mean.h"

namespace mltk {

/// The confusion matrix [classes, classes] of class numbers (labels by row), weighted, as the only sum.
std::vector<ValueId> overlap_sums(Graph& graph, ValueId labels, ValueId predictions, ValueId weights,
                                  std::int64_t classes);
/// Mean of intersection over union of the argument target_class_ids, or of all classes; classes that never occur do not
/// count.
std::vector<double> mean_overlap(std::span<const std::vector<double>> sums, const LossArguments& arguments);

/// The argument num_classes. Throws Error(invalid_argument) without it.
std::int64_t class_count(const LossInputs& inputs);

}  // namespace mltk
