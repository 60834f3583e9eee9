#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace mltk {

/// Arguments of a loss or metric by Keras' names ("from_logits", "label_smoothing", "thresholds"): a JSON object.
using LossArguments = nlohmann::json;

/// What a loss or a metric is built from.
struct LossInputs {
  ValueId labels;       ///< y_true, f32
  ValueId predictions;  ///< y_pred
  const LossArguments* arguments = nullptr;
  ValueId weights = {};  ///< of metrics, [N] or a weight for each value; invalid: all are 1
};

/// One loss, one file in train/losses/: the loss of each element, written with graph ops.
struct LossDef {
  std::string_view name;                        ///< Keras' function name, "categorical_crossentropy"
  std::string_view class_name;                  ///< Keras' class name, "CategoricalCrossentropy"
  std::span<const std::string_view> aliases;    ///< "mse", "MSE"
  std::span<const std::string_view> arguments;  ///< names it understands
  /// Labels have one whole number a sample instead of one value a class.
  bool sparse_labels = false;
  /// Returns [N, ...]: what Keras' function gives, without the axis over which it works. Throws when the shapes do not
  /// fit (labels, predictions and what to change are named).
  ValueId (*build)(Graph& graph, const LossInputs& inputs);
};

std::span<const LossDef* const> loss_table();
/// By function name, class name or alias.
const LossDef& find_loss(std::string_view name);

/// How the losses of elements become one number.
enum class Reduction : std::uint8_t { sum_over_batch_size, sum, none };
/// Keras' name; "auto" is the mean. Throws Error(unsupported) on others.
Reduction find_reduction(std::string_view name);

/// Losses [N, ...] times weights [N], [N, ..., 1] or [N, ...] by Keras' rule. Throws Error(invalid_argument) when the
/// shapes do not fit.
ValueId apply_weights(Graph& graph, ValueId losses, ValueId weights);
/// The scalar that training works on; of `none` the sum, whose gradient is that of the losses as they are.
ValueId reduce_losses(Graph& graph, ValueId losses, Reduction reduction);

/// The same where only the values of a mask [N, T] count: the mean is over those. An invalid mask: all count.
ValueId reduce_masked(Graph& graph, ValueId losses, ValueId mask, Reduction reduction);

/// One metric, one file in train/metrics/: sums over the samples, and values that follow from them.
struct MetricDef {
  std::string_view name;  ///< the name in the logs, "categorical_accuracy"
  std::string_view class_name;
  std::span<const std::string_view> aliases;
  std::span<const std::string_view> arguments;
  /// Returns values without a batch; each is added up over all steps.
  std::vector<ValueId> (*build)(Graph& graph, const LossInputs& inputs);
  /// The metric from its sums, in the order of build(): one value, or several where Keras gives an array.
  std::vector<double> (*result)(std::span<const std::vector<double>> sums, const LossArguments& arguments);
};

std::span<const MetricDef* const> metric_table();
/// A metric by name; "accuracy" and "acc" become binary, sparse or categorical by the shapes, as Keras does. Null when
/// the name is that of a loss, whose mean is the metric. Throws Error(unsupported) on others.
const MetricDef* find_metric(std::string_view name, const Shape& labels, const Shape& predictions);

/// Throws Error(invalid_argument) on an argument that is not among `known`.
void check_arguments(std::string_view owner, const LossArguments& arguments, std::span<const std::string_view> known);

}  // namespace mltk
