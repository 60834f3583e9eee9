#include "evaluate/autoencoder.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "evaluate/roc.h"

namespace mltk {
namespace {

void append(std::vector<Scored>& samples, const std::vector<float>& scores, bool abnormal) {
  for (const float score : scores) samples.push_back({score, abnormal});
}

std::vector<double> thresholds_of(const std::vector<Scored>& samples) {
  const auto [low, high] = std::ranges::minmax(samples, {}, &Scored::score);
  std::vector<double> thresholds;
  for (int k = 0; k <= 100; ++k)
    thresholds.push_back(low.score + k / 100.0 * (static_cast<double>(high.score) - low.score));
  return thresholds;
}

}  // namespace

AutoEncoderResults evaluate_autoencoder(std::string name, std::vector<std::string> classes,
                                        std::vector<std::vector<float>> scores) {
  AutoEncoderResults results{.name = std::move(name), .classes = std::move(classes), .all_scores = std::move(scores)};
  if (results.classes.size() < 2 || results.all_scores.size() != results.classes.size()) {
    fail(ErrorKind::invalid_data,
         "an auto-encoder is evaluated with a normal and at least one abnormal class; there are {}",
         results.classes.size());
  }
  std::vector<Scored> samples;
  for (std::size_t c = 0; c < results.classes.size(); ++c) {
    if (results.all_scores[c].empty()) fail(ErrorKind::invalid_data, "class '{}' has no samples", results.classes[c]);
    append(samples, results.all_scores[c], c > 0);
  }
  results.thresholds = thresholds_of(samples);
  for (const double threshold : results.thresholds) {
    double hits = 0;
    double true_positives = 0;
    double false_positives = 0;
    double false_negatives = 0;
    for (const Scored& sample : samples) {
      const bool flagged = sample.score > threshold;
      hits += flagged == sample.positive ? 1 : 0;
      true_positives += flagged && sample.positive ? 1 : 0;
      false_positives += flagged && !sample.positive ? 1 : 0;
      false_negatives += !flagged && sample.positive ? 1 : 0;
    }
    constexpr double kTiny = 1e-9;
    results.overall_accuracy = std::max(results.overall_accuracy, hits / static_cast<double>(samples.size()));
    results.overall_precision.push_back(true_positives / std::max(true_positives + false_positives, kTiny));
    results.overall_recall.push_back(true_positives / std::max(true_positives + false_negatives, kTiny));
    results.overall_pr_accuracy =
        std::max(results.overall_pr_accuracy, (results.overall_precision.back() + results.overall_recall.back()) / 2);
  }
  RocCurve roc = roc_curve(samples, results.thresholds);
  results.overall_roc_auc = area_under(roc);
  results.overall_tpr = std::move(roc.true_positive_rate);
  results.overall_fpr = std::move(roc.false_positive_rate);
  for (std::size_t c = 1; c < results.classes.size(); ++c) {
    std::vector<Scored> pair;
    append(pair, results.all_scores[0], false);
    append(pair, results.all_scores[c], true);
    results.class_auc.push_back(area_under(roc_curve(pair, thresholds_of(pair))));
  }
  return results;
}

std::string to_json(const AutoEncoderResults& r) {
  nlohmann::ordered_json class_stats = nlohmann::ordered_json::object();
  for (std::size_t c = 1; c < r.classes.size(); ++c) {
    std::vector<Scored> pair;
    append(pair, r.all_scores[0], false);
    append(pair, r.all_scores[c], true);
    const std::vector<double> thresholds = thresholds_of(pair);
    const RocCurve roc = roc_curve(pair, thresholds);
    const PrecisionRecall curve = precision_recall_curve(pair);
    class_stats[r.classes[c]] = {
        {"fpr", roc.false_positive_rate}, {"tpr", roc.true_positive_rate}, {"thr", thresholds},
        {"auc", r.class_auc[c - 1]},      {"precision", curve.precision},  {"recall", curve.recall}};
  }
  const nlohmann::ordered_json json = {
      {"name", r.name},
      {"model_type", "auto_encoder"},
      {"classes", r.classes},
      {"all_scores", r.all_scores},
      {"thresholds", r.thresholds},
      {"overall_accuracy", r.overall_accuracy},
      {"overall_precision", r.overall_precision},
      {"overall_recall", r.overall_recall},
      {"overall_pr_accuracy", r.overall_pr_accuracy},
      {"overall_tpr", r.overall_tpr},
      {"overall_fpr", r.overall_fpr},
      {"overall_roc_auc", r.overall_roc_auc},
      {"class_stats", class_stats},
  };
  return json.dump();
}

std::string summary_text(const AutoEncoderResults& r) {
  std::string text = fmt::format(
      "Name: {}\nModel Type: auto_encoder\nOverall accuracy: {:.3f}%\nPrecision/recall accuracy: {:.3f}%\nOverall ROC "
      "AUC: "
      "{:.3f}%\n",
      r.name, r.overall_accuracy * 100, r.overall_pr_accuracy * 100, r.overall_roc_auc * 100);
  if (r.class_auc.size() > 1) {
    text += "Individual class ROC AUC:\n";
    for (std::size_t c = 0; c < r.class_auc.size(); ++c) {
      text += fmt::format("  {}: {:.3f}%\n", r.classes[c + 1], r.class_auc[c] * 100);
    }
  }
  return text;
}

}  // namespace mltk
