#include "train/metrics/confusion.h"

#include <algorithm>
#include <cmath>

#include "graph/composition.h"
#include "graph/ops/add.h"
#include "graph/ops/broadcast.h"
#include "graph/ops/clip.h"
#include "graph/ops/equal.h"
#include "graph/ops/greater.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/reshape.h"
#include "graph/ops/slice.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {

/// Keras' stand-in for minus infinity: the score of what is not among the top k.
constexpr float kLowest = -1e10F;

Tensor vector_of(const std::vector<float>& values) {
  return Tensor(Shape{static_cast<std::int64_t>(values.size())}, std::span<const float>(values));
}

/// Scores outside of the k largest of the last axis become kLowest; of equal ones the first stays.
ValueId keep_top(Graph& graph, ValueId x, std::int64_t k) {
  const Shape shape = graph.shape(x);
  const std::int64_t classes = shape.back();
  std::vector<std::int64_t> dims = shape.dims();
  dims.push_back(1);
  const ValueId column = ops::reshape(graph, x, Shape(dims));
  std::swap(dims[dims.size() - 1], dims[dims.size() - 2]);
  const ValueId row = ops::reshape(graph, x, Shape(dims));
  Tensor before(DType::float32, {classes, classes});  // [i, j] is 1 for j before i
  for (std::int64_t i = 0; i < classes; ++i) {
    std::fill_n(before.as<float>().begin() + i * classes, i, 1.0F);
  }
  const ValueId ties = ops::mul(graph, ops::equal(graph, row, column), graph.add_constant(std::move(before)));
  const ValueId rank = sum_of_last(graph, ops::add(graph, ops::greater(graph, row, column), ties));
  const ValueId kept = ops::greater(graph, graph.add_scalar(static_cast<float>(k)), rank);
  const ValueId dropped = ops::mul(graph, ops::sub(graph, graph.add_scalar(1), kept), graph.add_scalar(kLowest));
  return ops::add(graph, ops::mul(graph, x, kept), dropped);
}

/// The values of one class, [N, ...].
ValueId class_of(Graph& graph, ValueId x, std::int64_t index) {
  SliceAttributes part{.begin = std::vector<std::int64_t>(graph.shape(x).rank()), .size = graph.shape(x).dims()};
  part.begin.back() = index;
  part.size.back() = 1;
  std::vector<std::int64_t> dims = part.size;
  dims.pop_back();
  return ops::reshape(graph, ops::slice(graph, x, std::move(part)), Shape(dims));
}

}  // namespace

bool is_even(std::span<const float> values) {
  if (values.size() < 3) return false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = static_cast<double>(i) / static_cast<double>(values.size() - 1);
    if (std::abs(values[i] - expected) > 1e-7 + 1e-5 * expected) return false;
  }
  return true;
}

Thresholds given_thresholds(const LossArguments& arguments) {
  Thresholds thresholds;
  const auto found = arguments.find("thresholds");
  if (found == arguments.end() || found->is_null()) {
    thresholds.values = {arguments.contains("top_k") && !arguments.at("top_k").is_null() ? kLowest : 0.5F};
  } else if (found->is_array()) {
    thresholds.values = found->get<std::vector<float>>();
  } else {
    thresholds.values = {found->get<float>()};
  }
  thresholds.even = is_even(thresholds.values);
  return thresholds;
}

Thresholds even_thresholds(const LossArguments& arguments) {
  const auto count = arguments.value("num_thresholds", std::int64_t{200});
  if (count < 2) fail(ErrorKind::invalid_argument, "num_thresholds={}, expected a whole number >= 2", count);
  Thresholds thresholds{.values = {}, .even = true};
  for (std::int64_t i = 0; i < count; ++i) {
    thresholds.values.push_back(static_cast<float>(static_cast<double>(i) / static_cast<double>(count - 1)));
  }
  return thresholds;
}

std::vector<ValueId> confusion_sums(Graph& graph, const LossInputs& inputs, const Thresholds& thresholds,
                                    bool by_label) {
  check_same_shape(graph, inputs);
  const Shape& shape = graph.shape(inputs.labels);
  const auto count = static_cast<std::int64_t>(thresholds.values.size());
  const std::int64_t labels = by_label ? shape.back() : shape.elements();
  const Shape flat{kBatch, labels, 1};

  // 1 for labels other than 0.
  const ValueId zero = ops::equal(graph, inputs.labels, graph.add_scalar(0));
  ValueId positive = ops::sub(graph, graph.add_scalar(1), zero);
  ValueId negative = zero;
  if (inputs.weights.valid()) {
    positive = apply_weights(graph, positive, inputs.weights);
    negative = apply_weights(graph, negative, inputs.weights);
  }
  positive = ops::reshape(graph, positive, flat);
  negative = ops::reshape(graph, negative, flat);

  ValueId scores = ops::reshape(graph, inputs.predictions, flat);
  std::vector<float> limits = thresholds.values;
  if (thresholds.even) {
    scores = ops::mul(graph, ops::clip(graph, scores, {0, 1}), graph.add_scalar(static_cast<float>(count - 1)));
    for (std::int64_t i = 0; i < count; ++i) limits[static_cast<std::size_t>(i)] = static_cast<float>(i);
    limits[0] = -1;  // everything is above the first one
  }
  const ValueId above = ops::greater(graph, scores, graph.add_constant(vector_of(limits)));
  const std::vector<std::int64_t> axes = by_label ? std::vector<std::int64_t>{0} : std::vector<std::int64_t>{0, 1};
  const auto sum = [&](ValueId x) { return ops::reduce_sum(graph, x, {.axes = axes}); };
  return {sum(ops::mul(graph, above, positive)), sum(ops::mul(graph, above, negative)), sum(positive), sum(negative)};
}

std::vector<Confusion> confusion_of(std::span<const std::vector<double>> sums) {
  const std::size_t thresholds = sums[0].size() / sums[2].size();
  std::vector<Confusion> all;
  for (std::size_t i = 0; i < sums[0].size(); ++i) {
    const double true_positives = sums[0][i];
    const double false_positives = sums[1][i];
    all.push_back({true_positives, false_positives, sums[3][i / thresholds] - false_positives,
                   sums[2][i / thresholds] - true_positives});
  }
  return all;
}

std::vector<ValueId> thresholded_sums(Graph& graph, const LossInputs& inputs) {
  LossInputs chosen = inputs;
  const auto top = static_cast<std::int64_t>(argument(inputs, "top_k", 0));
  if (top > 0) chosen.predictions = keep_top(graph, chosen.predictions, top);
  const auto label = static_cast<std::int64_t>(argument(inputs, "class_id", -1));
  if (label >= 0) {
    if (label >= graph.shape(inputs.predictions).back()) {
      fail(ErrorKind::invalid_argument, "class_id={}, but the model gives {}", label,
           to_string(graph.shape(inputs.predictions)));
    }
    chosen.labels = class_of(graph, chosen.labels, label);
    chosen.predictions = class_of(graph, chosen.predictions, label);
  }
  return confusion_sums(graph, chosen, given_thresholds(*inputs.arguments));
}

std::vector<double> for_each_threshold(std::span<const std::vector<double>> sums,
                                       double (*value)(const Confusion& confusion)) {
  std::vector<double> values;
  for (const Confusion& confusion : confusion_of(sums)) values.push_back(value(confusion));
  return values;
}

std::vector<double> best_under_constraint(std::span<const std::vector<double>> sums, double limit,
                                          double (Confusion::*constrained)() const,
                                          double (Confusion::*wanted)() const) {
  double best = 0;
  for (const Confusion& confusion : confusion_of(sums)) {
    // Keras compares in float32.
    if (static_cast<float>((confusion.*constrained)()) >= static_cast<float>(limit)) {
      best = std::max(best, (confusion.*wanted)());
    }
  }
  return {best};
}

}  // namespace mltk
