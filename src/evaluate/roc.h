#pragma once

#include <span>
#include <vector>

namespace mltk {

/// A sample's score and whether it is of the class in question.
struct Scored {
  float score = 0;
  bool positive = false;
};

/// Rates of positives and negatives above each threshold.
struct RocCurve {
  std::vector<double> true_positive_rate;
  std::vector<double> false_positive_rate;
};

/// A score is positive when it is greater than the threshold. The rates at the first threshold are 1, as MLTK sets
/// them; a rate without samples is 0.
RocCurve roc_curve(std::span<const Scored> samples, std::span<const double> thresholds);

/// Area under a curve whose thresholds rise, by trapezoids.
double area_under(const RocCurve& curve);

/// Precision and recall at each distinct score, rising, and the final point (1, 0): scikit-learn's definition.
struct PrecisionRecall {
  std::vector<double> precision;
  std::vector<double> recall;
};
PrecisionRecall precision_recall_curve(std::span<const Scored> samples);

}  // namespace mltk
