#include "evaluate/roc.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

namespace mltk {
namespace {

double rate(std::ptrdiff_t part, std::ptrdiff_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// How many samples reach a score.
struct Reached {
  double score;
  std::ptrdiff_t positives;
  std::ptrdiff_t negatives;
};

/// One entry for each distinct score, falling.
std::vector<Reached> reached_scores(std::span<const Scored> samples) {
  std::vector<Scored> sorted(samples.begin(), samples.end());
  std::ranges::sort(sorted, std::greater(), &Scored::score);
  std::vector<Reached> result;
  std::ptrdiff_t positives = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    positives += sorted[i].positive ? 1 : 0;
    if (i + 1 < sorted.size() && sorted[i + 1].score == sorted[i].score) continue;
    result.push_back({sorted[i].score, positives, static_cast<std::ptrdiff_t>(i) + 1 - positives});
  }
  return result;
}

}  // namespace

RocCurve roc_curve(std::span<const Scored> samples, std::vector<double> thresholds) {
  const auto positives = std::ranges::count(samples, true, &Scored::positive);
  const auto negatives = static_cast<std::ptrdiff_t>(samples.size()) - positives;
  RocCurve curve{.thresholds = std::move(thresholds)};
  for (const double threshold : curve.thresholds) {
    std::ptrdiff_t true_positives = 0;
    std::ptrdiff_t false_positives = 0;
    for (const Scored& sample : samples) {
      if (sample.score > threshold) ++(sample.positive ? true_positives : false_positives);
    }
    curve.false_positive_rate.push_back(rate(false_positives, negatives));
    curve.true_positive_rate.push_back(rate(true_positives, positives));
  }
  if (!curve.thresholds.empty()) curve.true_positive_rate[0] = curve.false_positive_rate[0] = 1;
  return curve;
}

RocCurve roc_curve(std::span<const Scored> samples) {
  const std::vector<Reached> reached = reached_scores(samples);
  RocCurve curve;
  if (reached.empty()) return curve;
  const auto add = [&](double threshold, std::ptrdiff_t positives, std::ptrdiff_t negatives) {
    curve.false_positive_rate.push_back(rate(negatives, reached.back().negatives));
    curve.true_positive_rate.push_back(rate(positives, reached.back().positives));
    curve.thresholds.push_back(threshold);
  };
  add(reached.front().score + 1, 0, 0);
  for (std::size_t i = 0; i < reached.size(); ++i) {
    const Reached& point = reached[i];
    if (i > 0 && i + 1 < reached.size()) {
      const Reached& before = reached[i - 1];
      const Reached& after = reached[i + 1];
      const bool same_step = after.positives - point.positives == point.positives - before.positives &&
                             after.negatives - point.negatives == point.negatives - before.negatives;
      if (same_step) continue;
    }
    add(point.score, point.positives, point.negatives);
  }
  return curve;
}

double area_under(const RocCurve& curve) {
  const auto& x = curve.false_positive_rate;
  const auto& y = curve.true_positive_rate;
  double area = 0;
  for (std::size_t i = 0; i + 1 < y.size(); ++i) area += 0.5 * (y[i] + y[i + 1]) * (x[i] - x[i + 1]);
  return std::abs(area);
}

PrecisionRecall precision_recall_curve(std::span<const Scored> samples) {
  const std::vector<Reached> reached = reached_scores(samples);
  PrecisionRecall curve;
  for (auto point = reached.rbegin(); point != reached.rend(); ++point) {
    curve.precision.push_back(rate(point->positives, point->positives + point->negatives));
    curve.recall.push_back(reached.back().positives == 0 ? 1 : rate(point->positives, reached.back().positives));
  }
  curve.precision.push_back(1);
  curve.recall.push_back(0);
  return curve;
}

}  // namespace mltk
