#pragma once

#include <string>
#include <vector>

namespace mltk {

/// Scores of an auto-encoder that tells normal samples from abnormal ones by its reconstruction error.
struct AutoEncoderResults {
  std::string name;
  std::vector<std::string> classes;            ///< the first one is normal
  std::vector<std::vector<float>> all_scores;  ///< [class][sample]
  std::vector<double> thresholds;              ///< 101 from the smallest to the largest score
  double overall_accuracy = 0;                 ///< at the best threshold
  std::vector<double> overall_precision;
  std::vector<double> overall_recall;
  double overall_pr_accuracy = 0;  ///< largest mean of precision and recall
  std::vector<double> overall_tpr;
  std::vector<double> overall_fpr;
  double overall_roc_auc = 0;
  std::vector<double> class_auc;  ///< of each abnormal class against the normal one
};

/// Samples of all abnormal classes count as abnormal. Throws Error(invalid_data) with fewer than two classes or without
/// samples.
AutoEncoderResults evaluate_autoencoder(std::string name, std::vector<std::string> classes,
                                        std::vector<std::vector<float>> scores);

std::string to_json(const AutoEncoderResults& results);
std::string summary_text(const AutoEncoderResults& results);

}  // namespace mltk
