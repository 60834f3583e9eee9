#include "evaluate/autoencoder.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace mltk {
namespace {

using Json = nlohmann::ordered_json;

void append(std::vector<Scored>& samples, const std::vector<float>& scores, bool abnormal) {
  for (const float score : scores) samples.push_back({score, abnormal});
}

void check(const AutoEncoderResults& results) {
  if (results.classes.size() < 2 || results.all_scores.size() != results.classes.size()) {
    fail(ErrorKind::invalid_data,
         "an auto-encoder is evaluated with scores of a normal and at least one abnormal class; there are {} classes "
         "and scores of {}",
         results.classes.size(), results.all_scores.size());
  }
  for (std::size_t c = 0; c < results.classes.size(); ++c) {
    const std::vector<float>& scores = results.all_scores[c];
    if (scores.empty()) fail(ErrorKind::invalid_data, "class '{}' has no samples to evaluate", results.classes[c]);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (!std::isfinite(scores[i])) {
        fail(ErrorKind::invalid_data, "sample {} of class '{}' has the score {}; did the training diverge?", i,
             results.classes[c], scores[i]);
      }
    }
  }
}

std::vector<double> thresholds_of(const std::vector<Scored>& samples) {
  const auto [low, high] = std::ranges::minmax(samples, {}, &Scored::score);
  std::vector<double> thresholds;
  for (int k = 0; k <= 100; ++k)
    thresholds.push_back(low.score + k / 100.0 * (static_cast<double>(high.score) - low.score));
  return thresholds;
}

/// Accuracy, precision and recall at each threshold.
void add_threshold_scores(AutoEncoderResults& results, const std::vector<Scored>& samples) {
  for (std::size_t k = 0; k < results.thresholds.size(); ++k) {
    double true_positives = 0;
    double false_positives = 0;
    double positives = 0;
    for (const Scored& sample : samples) {
      const bool flagged = sample.score > results.thresholds[k];
      true_positives += flagged && sample.positive ? 1 : 0;
      false_positives += flagged && !sample.positive ? 1 : 0;
      positives += sample.positive ? 1 : 0;
    }
    constexpr double kTiny = 1e-9;
    const double precision = true_positives / std::max(true_positives + false_positives, kTiny);
    const double recall = true_positives / positives;
    results.overall_precision.push_back(precision);
    results.overall_recall.push_back(recall);
    results.overall_pr_accuracy = std::max(results.overall_pr_accuracy, (precision + recall) / 2);
    // Nothing is above the last threshold; MLTK leaves it out of the choice.
    if (k + 1 == results.thresholds.size()) continue;
    const double negatives = static_cast<double>(samples.size()) - positives;
    const double accuracy = (true_positives + negatives - false_positives) / static_cast<double>(samples.size());
    results.overall_accuracy = std::max(results.overall_accuracy, accuracy);
  }
}

/// The text without the numbers that JSON does not have: recent scikit-learn starts its ROC thresholds at infinity,
/// which Python writes as `Infinity`. They become null.
std::string without_infinity(std::string_view text) {
  constexpr std::string_view kToken = "Infinity";
  std::string result;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!quoted && text.substr(i).starts_with(kToken)) {
      result += "null";
      i += kToken.size() - 1;
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    result += text[i];
    if (quoted && text[i] == '\\' && i + 1 < text.size()) result += text[++i];
  }
  return result;
}

AbnormalClass abnormal_class(std::string name, const std::vector<Scored>& samples) {
  AbnormalClass result{.name = std::move(name), .roc = roc_curve(samples)};
  result.auc = area_under(result.roc);
  result.precision_recall = precision_recall_curve(samples);
  return result;
}

}  // namespace

AutoEncoderResults evaluate_autoencoder(std::string name, std::vector<std::string> classes,
                                        std::vector<std::vector<float>> scores) {
  AutoEncoderResults results{.name = std::move(name), .classes = std::move(classes), .all_scores = std::move(scores)};
  check(results);
  std::vector<Scored> samples;
  for (std::size_t c = 0; c < results.classes.size(); ++c) append(samples, results.all_scores[c], c > 0);

  results.thresholds = thresholds_of(samples);
  add_threshold_scores(results, samples);
  RocCurve roc = roc_curve(samples, results.thresholds);
  results.overall_roc_auc = area_under(roc);
  results.overall_tpr = std::move(roc.true_positive_rate);
  results.overall_fpr = std::move(roc.false_positive_rate);

  for (std::size_t c = 1; c < results.classes.size(); ++c) {
    std::vector<Scored> pair;
    append(pair, results.all_scores[0], false);
    append(pair, results.all_scores[c], true);
    results.class_stats.push_back(abnormal_class(results.classes[c], pair));
  }
  if (results.classes.size() > 2) results.class_stats.push_back(abnormal_class("all", samples));
  return results;
}

std::string to_json(const AutoEncoderResults& r) {
  Json class_stats = Json::object();
  for (const AbnormalClass& one : r.class_stats) {
    class_stats[one.name] = {{"fpr", one.roc.false_positive_rate},
                             {"tpr", one.roc.true_positive_rate},
                             {"thr", one.roc.thresholds},
                             {"auc", one.auc},
                             {"precision", one.precision_recall.precision},
                             {"recall", one.precision_recall.recall}};
  }
  const Json json = {
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

AutoEncoderResults autoencoder_from_json(std::string_view text) {
  try {
    const Json json = Json::parse(without_infinity(text));
    AutoEncoderResults r;
    json.at("name").get_to(r.name);
    json.at("classes").get_to(r.classes);
    json.at("all_scores").get_to(r.all_scores);
    // Archives of older MLTK versions have the longer name.
    json.at(json.contains("thresholds") ? "thresholds" : "overall_thresholds").get_to(r.thresholds);
    json.at("overall_accuracy").get_to(r.overall_accuracy);
    json.at("overall_precision").get_to(r.overall_precision);
    json.at("overall_recall").get_to(r.overall_recall);
    json.at("overall_pr_accuracy").get_to(r.overall_pr_accuracy);
    json.at("overall_tpr").get_to(r.overall_tpr);
    json.at("overall_fpr").get_to(r.overall_fpr);
    json.at("overall_roc_auc").get_to(r.overall_roc_auc);
    for (const auto& [name, stats] : json.at("class_stats").items()) {
      AbnormalClass& one = r.class_stats.emplace_back();
      one.name = name;
      stats.at("fpr").get_to(one.roc.false_positive_rate);
      stats.at("tpr").get_to(one.roc.true_positive_rate);
      Json thresholds = stats.at("thr");
      // Infinity, where our curves start at 1 above the largest score.
      if (thresholds.size() > 1 && thresholds[0].is_null()) thresholds[0] = thresholds[1].get<double>() + 1;
      thresholds.get_to(one.roc.thresholds);
      stats.at("auc").get_to(one.auc);
      stats.at("precision").get_to(one.precision_recall.precision);
      stats.at("recall").get_to(one.precision_recall.recall);
    }
    return r;
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorKind::invalid_data, "these are no results of an auto-encoder: {}; evaluate the model again",
         error.what());
  }
}

std::string summary_text(const AutoEncoderResults& r) {
  std::string text = fmt::format("Name: {}\nModel Type: auto_encoder\n", r.name);
  text += fmt::format("Overall accuracy: {:.3f}%\n", r.overall_accuracy * 100);
  text += fmt::format("Precision/recall accuracy: {:.3f}%\n", r.overall_pr_accuracy * 100);
  text += fmt::format("Overall ROC AUC: {:.3f}%", r.overall_roc_auc * 100);
  if (r.class_stats.size() > 1) {
    text += "\nIndividual class ROC AUC:";
    for (const AbnormalClass& one : r.class_stats) text += fmt::format("\n  {}: {:.3f}%", one.name, one.auc * 100);
  }
  return text;
}

}  // namespace mltk
