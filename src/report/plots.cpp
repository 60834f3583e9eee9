#include "report/plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "report/chart.h"

namespace mltk {
namespace {

constexpr int kWidth = 1000;
constexpr int kHeight = 800;

/// What MLTK shows of a plot.
struct CloseUp {
  Range x;
  Range y;
};

/// The close-up where every line can be seen in it, else the whole plane of rates.
void frame(LineChart& chart, const CloseUp& close_up) {
  const auto within = [](const Range& range, double value) { return value >= range.low && value <= range.high; };
  const bool all_seen = std::ranges::all_of(chart.series, [&](const Series& one) {
    for (std::size_t i = 0; i < one.x.size(); ++i) {
      // The ends of a curve lie in a corner of the plane, whatever the model.
      if (i > 0 && i + 1 < one.x.size() && within(close_up.x, one.x[i]) && within(close_up.y, one.y[i])) return true;
    }
    return false;
  });
  chart.x_range = all_seen ? close_up.x : Range{0, 1.01};
  chart.y_range = all_seen ? close_up.y : Range{0, 1.01};
}

void write(const std::filesystem::path& path, const LineChart& chart) {
  Canvas canvas(kWidth, kHeight);
  draw(canvas, {0, 0, kWidth, kHeight}, chart);
  canvas.write_png(path);
}

/// MLTK's `_unknown_` is "unknown" in legends.
std::string plain_name(const std::string& name) {
  std::string_view plain = name;
  if (plain.starts_with('_')) plain.remove_prefix(1);
  if (plain.ends_with('_')) plain.remove_suffix(1);
  return std::string(plain);
}

/// From 0 in steps of 1.
std::vector<double> counting(std::size_t count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 0.0);
  return values;
}

/// Density over 100 equal bins from `low` to `high`, as steps.
Series histogram(const std::string& label, const std::vector<float>& scores, double low, double high) {
  constexpr std::size_t kBins = 100;
  const double width = std::max((high - low) / kBins, 1e-12);
  std::vector<double> density(kBins);
  for (const float score : scores) {
    const auto bin = static_cast<std::size_t>(std::max(0.0, (score - low) / width));
    density[std::min(bin, kBins - 1)] += 1 / (static_cast<double>(scores.size()) * width);
  }
  Series series{.label = label, .filled = true};
  for (std::size_t i = 0; i < kBins; ++i) {
    for (const std::size_t edge : {i, i + 1}) {
      series.x.push_back(low + width * static_cast<double>(edge));
      series.y.push_back(density[i]);
    }
  }
  return series;
}

[[noreturn]] void fail_empty(const std::string& name) {
  fail(ErrorKind::invalid_data, "{}: the results are empty, there is nothing to draw; evaluate the model again", name);
}

}  // namespace

void write_classifier_plots(const std::filesystem::path& folder, const ClassifierResults& r) {
  if (r.classes.empty() || r.roc_thresholds.empty()) fail_empty(r.name);
  const auto path_of = [&](std::string_view kind) { return folder / fmt::format("{}-{}.png", r.name, kind); };
  LineChart roc{.title = fmt::format("{}: ROC, average AUC = {:.3f}", r.name, r.roc_auc_avg),
                .x_label = "False positive rate",
                .y_label = "True positive rate"};
  LineChart precision_recall{.title = r.name + ": precision and recall", .x_label = "Recall", .y_label = "Precision"};
  LineChart tpr{.title = r.name + ": true positive rate", .x_label = "Threshold", .y_label = "True positive rate"};
  LineChart fpr{.title = r.name + ": false positive rate", .x_label = "Threshold", .y_label = "False positive rate"};
  LineChart both{.title = r.name + ": true and false positive rates", .x_label = "Threshold", .y_label = "Rate"};
  for (std::size_t c = 0; c < r.classes.size(); ++c) {
    const std::string name = plain_name(r.classes[c]);
    roc.series.push_back({fmt::format("{} (AUC = {:.3f})", r.classes[c], r.roc_auc[c]), r.fpr[c], r.tpr[c]});
    precision_recall.series.push_back({name, r.recall[c], r.precision[c]});
    tpr.series.push_back({name, r.roc_thresholds, r.tpr[c]});
    fpr.series.push_back({name, r.roc_thresholds, r.fpr[c]});
    both.series.push_back({name + " TPR", r.roc_thresholds, r.tpr[c]});
  }
  for (std::size_t c = 0; c < r.classes.size(); ++c)
    both.series.push_back({plain_name(r.classes[c]) + " FPR", r.roc_thresholds, r.fpr[c]});

  frame(roc, {.x = {0, 0.1}, .y = {0.5, 1.01}});
  frame(precision_recall, {.x = {0.5, 1.005}, .y = {0.5, 1.005}});
  frame(tpr, {.x = {0, 1}, .y = {0.8, 1.01}});
  frame(fpr, {.x = {0, 1}, .y = {0, 0.1}});
  frame(both, {.x = {0, 1}, .y = {0, 1.01}});
  write(path_of("roc"), roc);
  write(path_of("precision_vs_recall"), precision_recall);
  write(path_of("tpr"), tpr);
  write(path_of("fpr"), fpr);
  write(path_of("tfp_fpr"), both);

  const auto complete = [&](const auto& row) { return row.size() == r.classes.size(); };
  if (!complete(r.confusion_matrix) || !std::ranges::all_of(r.confusion_matrix, complete)) {
    fail(ErrorKind::invalid_data,
         "{}: the confusion matrix has {} rows; expected one for each of the {} classes; evaluate the model again",
         r.name, r.confusion_matrix.size(), r.classes.size());
  }
  write_png(path_of("confusion_matrix"),
            HeatMap{.title = fmt::format("{}: accuracy = {:.2f}%", r.name, r.overall_accuracy * 100),
                    .x_label = "Predicted",
                    .y_label = "Actual",
                    .names = r.classes,
                    .counts = r.confusion_matrix});
}

void write_autoencoder_plots(const std::filesystem::path& folder, const AutoEncoderResults& r) {
  if (r.classes.empty() || r.thresholds.empty()) fail_empty(r.name);
  const auto path_of = [&](std::string_view kind) { return folder / fmt::format("{}-{}.png", r.name, kind); };
  constexpr Range kRates{0, 1.01};
  write(path_of("overall_roc"),
        {.title = r.name + ": ROC of all abnormal classes",
         .x_label = "False positive rate",
         .y_label = "True positive rate",
         .series = {{fmt::format("AUC = {:.3f}", r.overall_roc_auc), r.overall_fpr, r.overall_tpr}},
         .x_range = kRates,
         .y_range = kRates});
  // Nothing is above the last threshold: there is no precision.
  const auto without_last = [](std::vector<double> values) {
    if (!values.empty()) values.pop_back();
    return values;
  };
  write(path_of("overall_precision_vs_recall"),
        {.title = fmt::format("{}: precision and recall, best mean = {:.3f}", r.name, r.overall_pr_accuracy),
         .x_label = "Recall",
         .y_label = "Precision",
         .series = {{"", without_last(r.overall_recall), without_last(r.overall_precision)}},
         .x_range = kRates,
         .y_range = kRates});

  LineChart traces{.title = r.name + ": scores", .x_label = "Sample", .y_label = "Score", .whole_x = true};
  LineChart densities{.title = r.name + ": distribution of scores", .x_label = "Score", .y_label = "Density"};
  for (std::size_t c = 0; c < r.classes.size(); ++c) {
    const std::vector<float>& scores = r.all_scores[c];
    traces.series.push_back({r.classes[c], counting(scores.size()), {scores.begin(), scores.end()}});
    densities.series.push_back(histogram(r.classes[c], scores, r.thresholds.front(), r.thresholds.back()));
  }
  Canvas canvas(kWidth, kHeight);
  draw(canvas, {0, 0, kWidth, kHeight / 2.0}, traces);
  draw(canvas, {0, kHeight / 2.0, kWidth, kHeight}, densities);
  canvas.write_png(path_of("histogram"));

  LineChart class_roc{.title = r.name + ": ROC of each abnormal class",
                      .x_label = "False positive rate",
                      .y_label = "True positive rate",
                      .x_range = kRates,
                      .y_range = kRates};
  for (const AbnormalClass& one : r.class_stats) {
    class_roc.series.push_back(
        {fmt::format("{} (AUC = {:.3f})", one.name, one.auc), one.roc.false_positive_rate, one.roc.true_positive_rate});
  }
  write(path_of("class_roc"), class_roc);
}

void write_history_plot(const std::filesystem::path& png,
                        const std::vector<std::pair<std::string, std::vector<double>>>& history) {
  std::vector<LineChart> panels;
  const auto panel_of = [&](const std::string& metric) -> LineChart& {
    const auto found = std::ranges::find(panels, metric, &LineChart::y_label);
    if (found != panels.end()) return *found;
    return panels.emplace_back(LineChart{.x_label = "Epoch", .y_label = metric, .whole_x = true});
  };
  for (const auto& [name, values] : history) {
    if (name == "lr" || values.empty()) continue;
    std::string metric = name;
    std::string label = "training";
    for (const auto& [prefix, meaning] : {std::pair{"val_", "validation"}, std::pair{"int8_", "int8"}}) {
      if (!name.starts_with(prefix)) continue;
      metric = name.substr(std::string_view(prefix).size());
      label = meaning;
    }
    std::vector<double> epochs = counting(values.size());
    for (double& epoch : epochs) ++epoch;
    panel_of(metric).series.push_back({label, std::move(epochs), values});
  }
  if (panels.empty()) {
    fail(ErrorKind::invalid_data, "{}: the history has no metric to draw; train for an epoch at least", png.string());
  }
  constexpr int kPanel = 360;
  Canvas canvas(kWidth, kPanel * static_cast<int>(panels.size()));
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const auto top = static_cast<double>(kPanel * i);
    panels[i].title = panels[i].y_label;
    draw(canvas, {0, top, kWidth, top + kPanel}, panels[i]);
  }
  canvas.write_png(png);
}

}  // namespace mltk
