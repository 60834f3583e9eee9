#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mltk {

/// Scores of a classifier. Curves are one against the rest, one a class.
struct ClassifierResults {
  std::string name;
  std::vector<std::string> classes;
  double overall_accuracy = 0;
  std::vector<double> class_accuracies;  ///< of the samples of a class, the share that is recognized
  std::vector<std::vector<double>> fpr;  ///< [class][threshold]
  std::vector<std::vector<double>> tpr;
  std::vector<double> roc_auc;
  std::vector<double> roc_thresholds;  ///< 0.00, 0.01, ... 1.00
  double roc_auc_avg = 0;
  std::vector<std::vector<double>> precision;  ///< [class][point]
  std::vector<std::vector<double>> recall;
  std::vector<std::vector<std::int64_t>> confusion_matrix;  ///< [actual][predicted], of all classes
};

/// Score predictions against labels; every sample counts once.
///
/// labels [N]: class ids    predictions [N, width]: a score a class; width 1 is a binary classifier whose score of at
/// least 0.5 means class 1, and stands in the column of the class it means.
/// Throws Error(invalid_data) when a label is no class, a score is no number, or there are no samples.
ClassifierResults evaluate_classifier(std::string name, std::vector<std::string> classes,
                                      std::span<const std::int32_t> labels, std::span<const float> predictions,
                                      std::int64_t width);

/// The line of eval-results.json.
std::string to_json(const ClassifierResults& results);
/// Read it back, also from MLTK's archives. Throws Error(invalid_data).
ClassifierResults classifier_from_json(std::string_view json);
/// The text of summary.txt: accuracies and areas, falling.
std::string summary_text(const ClassifierResults& results);

}  // namespace mltk
