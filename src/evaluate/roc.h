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
  std::vector<double> false_positive_rate;
  std::vector<double> true_positive_rate;
  std::vector<double> thresholds;
};

/// The rates at given thresholds: a score is positive when it is greater than the threshold. The rates at the first
/// threshold are 1, as MLTK sets them; a rate without samples is 0.
RocCurve roc_curve(std::span<const Scored> samples, std::vector<double> thresholds);

/// The rates at the scores themselves, falling: a score is positive when it reaches the threshold. Starts at (0, 0), at
/// a threshold of 1 above the largest score, and leaves out points on a straight line: scikit-learn's definition.
RocCurve roc_curve(std::span<const Scored> samples);

/// Area under a curve by trapezoids, whichever way the thresholds run.
double area_under(const RocCurve& curve);

/// Precision and recall at each distinct score, rising, and the final point (1, 0): scikit-learn's definition.
struct PrecisionRecall {
  std::vector<double> precision;
  std::vector<double> recall;
};
PrecisionRecall precision_recall_curve(std::span<const Scored> samples);

}  // namespace mltk
