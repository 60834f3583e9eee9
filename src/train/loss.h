#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "graph/graph.h"

namespace mltk {

/// Arguments of a loss or metric by Keras' names ("from_logits", "label_smoothing", "k").
using LossArguments = std::map<std::string, double, std::less<>>;

/// What a loss or a metric is built from.
struct LossInputs {
  ValueId labels;       ///< y_true, f32
  ValueId predictions;  ///< y_pred
  const LossArguments* arguments = nullptr;
};

/// One loss, one file in train/losses/: the loss of each sample, written with graph ops.
struct LossDef {
  std::string_view name;                        ///< Keras' function name, "categorical_crossentropy"
  std::string_view class_name;                  ///< Keras' class name, "CategoricalCrossentropy"
  std::span<const std::string_view> aliases;    ///< "mse", "MSE"
  std::span<const std::string_view> arguments;  ///< names it understands
  /// Labels have one whole number a sample instead of one value a class.
  bool sparse_labels = false;
  /// Returns [N]: the mean over all axes but the batch. Throws when the shapes do not fit (labels, predictions and
  /// what to change are named).
  ValueId (*build)(Graph& graph, const LossInputs& inputs);
};

std::span<const LossDef* const> loss_table();
const LossDef& find_loss(std::string_view name);

/// One metric, one file in train/metrics/. Its value is total / weight, each summed over the samples of an epoch.
struct MetricDef {
  std::string_view name;  ///< the name in the logs, "categorical_accuracy"
  std::string_view class_name;
  std::span<const std::string_view> aliases;
  std::span<const std::string_view> arguments;
  /// Returns [N]: the metric of each sample.
  ValueId (*build)(Graph& graph, const LossInputs& inputs);
};

std::span<const MetricDef* const> metric_table();
/// "accuracy" and "acc" become binary, sparse or categorical by the shapes, as Keras does. Losses are metrics too
/// (found by the caller in loss_table()).
const MetricDef& find_metric(std::string_view name, const Shape& labels, const Shape& predictions);

}  // namespace mltk
