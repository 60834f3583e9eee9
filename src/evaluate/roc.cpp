#include "evaluate/roc.h"

#include <algorithm>
#include <functional>

namespace mltk {

RocCurve roc_curve(std::span<const Scored> samples, std::span<const double> thresholds) {
  const auto positives = std::ranges::count(samples, true, &Scored::positive);
  const auto negatives = static_cast<std::ptrdiff_t>(samples.size()) - positives;
  RocCurve curve;
  for (const double threshold : thresholds) {
    std::ptrdiff_t true_positives = 0;
    std::ptrdiff_t false_positives = 0;
    for (const Scored& sample : samples) {
      if (sample.score > threshold) ++(sample.positive ? true_positives : false_positives);
    }
    const auto rate = [](std::ptrdiff_t part, std::ptrdiff_t whole) {
      return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
    };
    curve.true_positive_rate.push_back(rate(true_positives, positives));
    curve.false_positive_rate.push_back(rate(false_positives, negatives));
  }
  if (!thresholds.empty()) curve.true_positive_rate[0] = curve.false_positive_rate[0] = 1;
  return curve;
}

double area_under(const RocCurve& curve) {
  const auto& y = curve.true_positive_rate;
  const auto& x = curve.false_positive_rate;
  double area = 0;
  for (std::size_t i = 0; i + 1 < y.size(); ++i) area += 0.5 * (y[i] + y[i + 1]) * (x[i] - x[i + 1]);
  return area;
}

PrecisionRecall precision_recall_curve(std::span<const Scored> samples) {
  std::vector<Scored> sorted(samples.begin(), samples.end());
  std::ranges::sort(sorted, std::greater(), &Scored::score);
  const auto positives = std::ranges::count(sorted, true, &Scored::positive);
  PrecisionRecall curve;
  std::ptrdiff_t hits = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    hits += sorted[i].positive ? 1 : 0;
    if (i + 1 < sorted.size() && sorted[i + 1].score == sorted[i].score) continue;
    curve.precision.push_back(static_cast<double>(hits) / static_cast<double>(i + 1));
    curve.recall.push_back(positives == 0 ? 1.0 : static_cast<double>(hits) / static_cast<double>(positives));
  }
  std::ranges::reverse(curve.precision);
  std::ranges::reverse(curve.recall);
  curve.precision.push_back(1);
  curve.recall.push_back(0);
  return curve;
}

}  // namespace mltk
