#include <algorithm>
#include <cmath>

#include "graph/ops/sigmoid.h"
#include "train/metrics/confusion.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"num_thresholds", "curve",       "summation_method",
                                           "thresholds",     "multi_label", "from_logits"};

Thresholds thresholds_of(const LossArguments& arguments) {
  if (!arguments.contains("thresholds") || arguments.at("thresholds").is_null()) return even_thresholds(arguments);
  std::vector<float> values = arguments.at("thresholds").get<std::vector<float>>();
  std::ranges::sort(values);
  values.insert(values.begin(), 0.0F);
  values.push_back(1.0F);
  Thresholds thresholds{.values = values, .even = is_even(values)};
  // The ends lie a little outside, so that they have all and nothing above them.
  thresholds.values.front() = -kEpsilon;
  thresholds.values.back() = 1 + kEpsilon;
  return thresholds;
}

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  LossInputs chosen = inputs;
  if (argument(inputs, "from_logits", 0) != 0) chosen.predictions = ops::sigmoid(graph, inputs.predictions);
  const std::string curve = inputs.arguments->value("curve", "ROC");
  const std::string method = inputs.arguments->value("summation_method", "interpolation");
  if (curve != "ROC" && curve != "PR") {
    fail(ErrorKind::invalid_argument, "AUC: curve='{}', expected 'ROC' or 'PR'", curve);
  }
  if (method != "interpolation" && method != "minoring" && method != "majoring") {
    fail(ErrorKind::invalid_argument, "AUC: summation_method='{}', expected 'interpolation', 'minoring' or 'majoring'",
         method);
  }
  return confusion_sums(graph, chosen, thresholds_of(*inputs.arguments), argument(inputs, "multi_label", 0) != 0);
}

/// Davis and Goadrich 2006: between two points of the curve the true positives grow in a line, precision does not.
double precision_recall_area(std::span<const Confusion> points) {
  double area = 0;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const Confusion& from = points[i];
    const Confusion& to = points[i + 1];
    const double positives = from.true_positives + from.false_positives;
    const double next_positives = to.true_positives + to.false_positives;
    const double gain = from.true_positives - to.true_positives;
    const double slope = ratio(gain, std::max(positives - next_positives, 0.0));
    const double intercept = to.true_positives - slope * next_positives;
    const double growth = positives > 0 && next_positives > 0 ? positives / next_positives : 1;
    area += ratio(slope * (gain + intercept * std::log(growth)), std::max(to.true_positives + to.false_negatives, 0.0));
  }
  return area;
}

double area_under(std::span<const Confusion> points, const std::string& curve, const std::string& method) {
  if (curve == "PR" && method == "interpolation") return precision_recall_area(points);
  double area = 0;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const auto x = [&](const Confusion& point) { return curve == "PR" ? point.recall() : point.fall_out(); };
    const auto y = [&](const Confusion& point) { return curve == "PR" ? point.precision() : point.recall(); };
    const double left = y(points[i]);
    const double right = y(points[i + 1]);
    const double height = method == "interpolation" ? (left + right) / 2
                          : method == "minoring"    ? std::min(left, right)
                                                    : std::max(left, right);
    area += (x(points[i]) - x(points[i + 1])) * height;
  }
  return area;
}

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments& arguments) {
  const std::vector<Confusion> points = confusion_of(sums);
  const std::size_t labels = sums[2].size();
  const std::size_t thresholds = points.size() / labels;
  double total = 0;
  for (std::size_t label = 0; label < labels; ++label) {
    total += area_under(std::span(points).subspan(label * thresholds, thresholds), arguments.value("curve", "ROC"),
                        arguments.value("summation_method", "interpolation"));
  }
  return {total / static_cast<double>(labels)};
}

}  // namespace

extern const MetricDef auc_def;
const MetricDef auc_def = {
    .name = "auc", .class_name = "AUC", .aliases = {}, .arguments = kArguments, .build = build, .result = result};

}  // namespace mltk
