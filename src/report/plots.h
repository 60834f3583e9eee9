#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "evaluate/autoencoder.h"
#include "evaluate/classifier.h"

namespace mltk {

/// Draw `<name>-roc.png`, `-precision_vs_recall.png`, `-tpr.png`, `-fpr.png`, `-tfp_fpr.png` and
/// `-confusion_matrix.png` into `folder`. The views are MLTK's close-ups of a good classifier; a curve outside of its
/// close-up widens it. Throws Error(invalid_data) when the results are empty or the confusion matrix leaves classes
/// out, as some of MLTK's do.
void write_classifier_plots(const std::filesystem::path& folder, const ClassifierResults& results);

/// Draw `<name>-overall_roc.png`, `-overall_precision_vs_recall.png`, `-histogram.png` and `-class_roc.png`. Throws
/// Error(invalid_data) when the results are empty.
void write_autoencoder_plots(const std::filesystem::path& folder, const AutoEncoderResults& results);

/// Draw the curves of a training, one panel a metric below the other; `val_<metric>` and `int8_<metric>` join the panel
/// of `<metric>`. A learning rate is left out. Throws Error(invalid_data) when nothing is left.
void write_history_plot(const std::filesystem::path& png,
                        const std::vector<std::pair<std::string, std::vector<double>>>& history);

}  // namespace mltk
