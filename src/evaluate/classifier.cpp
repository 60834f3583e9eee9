#include "evaluate/classifier.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/error.h"
#include "evaluate/roc.h"

namespace mltk {
namespace {

using Json = nlohmann::ordered_json;

/// A score for each class, also for binary classifiers with one output.
std::vector<float> expand(std::span<const float> predictions, std::int64_t width, std::size_t classes) {
  if (width != 1) return {predictions.begin(), predictions.end()};
  std::vector<float> expanded(predictions.size() * classes);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    expanded[i * classes + (predictions[i] < 0.5F ? 0 : 1)] = predictions[i];
  }
  return expanded;
}

/// "- cat = 87.500%", by falling value.
std::string ranked_lines(const std::vector<std::string>& classes, const std::vector<double>& values) {
  std::vector<std::size_t> order(classes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return values[i]; });
  std::string text;
  for (const std::size_t i : order) text += fmt::format("- {} = {:.3f}%\n", classes[i], values[i] * 100);
  return text;
}

}  // namespace

ClassifierResults evaluate_classifier(std::string name, std::vector<std::string> classes,
                                      std::span<const std::int32_t> labels, std::span<const float> predictions,
                                      std::int64_t width) {
  ClassifierResults results{.name = std::move(name), .classes = std::move(classes)};
  const std::size_t count = results.classes.size();
  const auto columns = width == 1 ? std::size_t{2} : static_cast<std::size_t>(width);
  if (labels.empty()) fail(ErrorKind::invalid_data, "there are no samples to evaluate");
  if (width < 1 || predictions.size() != labels.size() * static_cast<std::size_t>(width)) {
    fail(ErrorKind::invalid_data, "there are {} predicted values; expected {} for each of the {} labels",
         predictions.size(), width, labels.size());
  }
  if (columns != count) {
    fail(ErrorKind::invalid_data, "the model gives {} scores a sample, the specification has {} classes", columns,
         count);
  }
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    if (!std::isfinite(predictions[i])) {
      fail(ErrorKind::invalid_data, "the model predicts {} for sample {}; did the training diverge?", predictions[i],
           i / static_cast<std::size_t>(width));
    }
  }
  const std::vector<float> scores = expand(predictions, width, columns);

  results.confusion_matrix.assign(count, std::vector<std::int64_t>(count));
  std::size_t hits = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto actual = static_cast<std::size_t>(labels[i]);
    if (labels[i] < 0 || actual >= count) {
      fail(ErrorKind::invalid_data, "sample {} has class {}, there are {} classes", i, labels[i], count);
    }
    const auto row = std::span(scores).subspan(i * columns, columns);
    const auto predicted = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
    ++results.confusion_matrix[actual][predicted];
    hits += predicted == actual ? 1 : 0;
  }
  results.overall_accuracy = static_cast<double>(hits) / static_cast<double>(labels.size());

  for (int i = 0; i <= 100; ++i) results.roc_thresholds.push_back(i * 0.01);
  for (std::size_t c = 0; c < count; ++c) {
    const auto& row = results.confusion_matrix[c];
    const auto total = std::accumulate(row.begin(), row.end(), std::int64_t{0});
    results.class_accuracies.push_back(total == 0 ? 0 : static_cast<double>(row[c]) / static_cast<double>(total));
    std::vector<Scored> scored;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      scored.push_back({scores[i * columns + c], static_cast<std::size_t>(labels[i]) == c});
    }
    RocCurve roc = roc_curve(scored, results.roc_thresholds);
    results.roc_auc.push_back(area_under(roc));
    results.tpr.push_back(std::move(roc.true_positive_rate));
    results.fpr.push_back(std::move(roc.false_positive_rate));
    PrecisionRecall curve = precision_recall_curve(scored);
    results.precision.push_back(std::move(curve.precision));
    results.recall.push_back(std::move(curve.recall));
  }
  results.roc_auc_avg =
      std::accumulate(results.roc_auc.begin(), results.roc_auc.end(), 0.0) / static_cast<double>(count);
  return results;
}

std::string to_json(const ClassifierResults& r) {
  const Json json = {
      {"name", r.name},
      {"model_type", "classification"},
      {"classes", r.classes},
      {"overall_accuracy", r.overall_accuracy},
      {"class_accuracies", r.class_accuracies},
      {"fpr", r.fpr},
      {"tpr", r.tpr},
      {"roc_auc", r.roc_auc},
      {"roc_thresholds", r.roc_thresholds},
      {"roc_auc_avg", r.roc_auc_avg},
      {"precision", r.precision},
      {"recall", r.recall},
      {"confusion_matrix", r.confusion_matrix},
  };
  return json.dump();
}

ClassifierResults classifier_from_json(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    ClassifierResults r;
    json.at("name").get_to(r.name);
    json.at("classes").get_to(r.classes);
    json.at("overall_accuracy").get_to(r.overall_accuracy);
    json.at("class_accuracies").get_to(r.class_accuracies);
    json.at("fpr").get_to(r.fpr);
    json.at("tpr").get_to(r.tpr);
    json.at("roc_auc").get_to(r.roc_auc);
    json.at("roc_thresholds").get_to(r.roc_thresholds);
    json.at("roc_auc_avg").get_to(r.roc_auc_avg);
    json.at("precision").get_to(r.precision);
    json.at("recall").get_to(r.recall);
    json.at("confusion_matrix").get_to(r.confusion_matrix);
    for (const std::size_t size : {r.class_accuracies.size(), r.fpr.size(), r.tpr.size(), r.roc_auc.size(),
                                   r.precision.size(), r.recall.size()}) {
      if (size != r.classes.size()) {
        fail(ErrorKind::invalid_data,
             "results of a classifier with {} classes have a list of {} entries; "
             "evaluate the model again",
             r.classes.size(), size);
      }
    }
    return r;
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorKind::invalid_data, "these are no results of a classifier: {}; evaluate the model again", error.what());
  }
}

std::string summary_text(const ClassifierResults& r) {
  std::string text = fmt::format("Name: {}\nModel Type: classification\n", r.name);
  text += fmt::format("Overall accuracy: {:.3f}%\n", r.overall_accuracy * 100);
  text += "Class accuracies:\n" + ranked_lines(r.classes, r.class_accuracies);
  text += fmt::format("Average ROC AUC: {:.3f}%\n", r.roc_auc_avg * 100);
  text += "Class ROC AUC:\n" + ranked_lines(r.classes, r.roc_auc);
  return text;
}

}  // namespace mltk
