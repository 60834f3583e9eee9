#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evaluate/roc.h"

namespace mltk {

/// How well one abnormal class is told from the normal one.
struct AbnormalClass {
  std::string name;  ///< "all" for all of them together
  RocCurve roc;
  double auc = 0;
  PrecisionRecall precision_recall;
};

/// Scores of an auto-encoder that tells normal samples from abnormal ones by its reconstruction error.
struct AutoEncoderResults {
  std::string name;
  std::vector<std::string> classes;            ///< the first one is normal
  std::vector<std::vector<float>> all_scores;  ///< [class][sample]
  std::vector<double> thresholds;              ///< 101 from the smallest to the largest score
  double overall_accuracy = 0;                 ///< at the best threshold
  std::vector<double> overall_precision;       ///< [threshold]
  std::vector<double> overall_recall;
  double overall_pr_accuracy = 0;  ///< largest mean of precision and recall
  std::vector<double> overall_tpr;
  std::vector<double> overall_fpr;
  double overall_roc_auc = 0;
  std::vector<AbnormalClass> class_stats;  ///< each abnormal class and, of several, all together
};

/// Samples of all abnormal classes count as abnormal.
/// Throws Error(invalid_data) with fewer than two classes, a class without samples or a score that is no number.
AutoEncoderResults evaluate_autoencoder(std::string name, std::vector<std::string> classes,
                                        std::vector<std::vector<float>> scores);

/// The line of eval-results.json.
std::string to_json(const AutoEncoderResults& results);
/// Read it back, also from MLTK's archives. Throws Error(invalid_data).
AutoEncoderResults autoencoder_from_json(std::string_view json);
/// The text of summary.txt, whose last line is not ended.
std::string summary_text(const AutoEncoderResults& results);

}  // namespace mltk
