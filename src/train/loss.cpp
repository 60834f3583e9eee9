#include "train/loss.h"

#include <algorithm>
#include <vector>

#include "base/file.h"
#include "graph/composition.h"
#include "graph/ops/batch_size.h"
#include "graph/ops/div.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/reshape.h"

namespace mltk {
namespace {

template <class Def>
bool is_called(const Def& def, std::string_view name) {
  return def.name == name || def.class_name == name || std::ranges::find(def.aliases, name) != def.aliases.end();
}

template <class Def>
const Def* look_up(std::span<const Def* const> table, std::string_view name) {
  const auto found = std::ranges::find_if(table, [&](const Def* def) { return is_called(*def, name); });
  return found == table.end() ? nullptr : *found;
}

template <class Def>
std::vector<std::string> names_of(std::span<const Def* const> table) {
  std::vector<std::string> names;
  for (const Def* def : table) names.emplace_back(def->name);
  return names;
}

}  // namespace

const LossDef& find_loss(std::string_view name) {
  const LossDef* loss = look_up(loss_table(), name);
  if (loss == nullptr) {
    fail(ErrorKind::unsupported, "loss '{}' is not supported; there are: {}", name,
         fmt::join(names_of(loss_table()), ", "));
  }
  return *loss;
}

Reduction find_reduction(std::string_view name) {
  if (name == "auto" || name == "sum_over_batch_size") return Reduction::sum_over_batch_size;
  if (name == "sum") return Reduction::sum;
  if (name == "none") return Reduction::none;
  fail(ErrorKind::unsupported, "reduction='{}' is not supported; there are: auto, sum_over_batch_size, sum, none",
       name);
}

ValueId apply_weights(Graph& graph, ValueId losses, ValueId weights) {
  const Shape& shape = graph.shape(losses);
  Shape fitted = graph.shape(weights);
  if (fitted.rank() == shape.rank() + 1 && fitted.back() == 1)
    fitted = Shape(std::span(fitted.begin(), fitted.end() - 1));
  std::vector<std::int64_t> dims = fitted.dims();
  while (dims.size() < shape.rank()) dims.push_back(1);
  if (dims.size() > shape.rank()) {
    fail(ErrorKind::invalid_argument, "sample_weight {} has more axes than the losses {} of the batch",
         to_string(graph.shape(weights)), to_string(shape));
  }
  const ValueId reshaped = Shape(dims) == graph.shape(weights) ? weights : ops::reshape(graph, weights, Shape(dims));
  return ops::mul(graph, losses, reshaped);
}

ValueId reduce_losses(Graph& graph, ValueId losses, Reduction reduction) {
  const Shape& shape = graph.shape(losses);
  const ValueId sum = ops::reduce_sum(graph, losses, {.axes = axes_from(shape, 0)});
  if (reduction != Reduction::sum_over_batch_size) return sum;
  const ValueId samples = ops::batch_size(graph, losses);
  const auto each = static_cast<float>(shape.elements());
  return ops::div(graph, sum, each == 1 ? samples : ops::mul(graph, samples, graph.add_scalar(each)));
}

ValueId reduce_masked(Graph& graph, ValueId losses, ValueId mask, Reduction reduction) {
  if (!mask.valid()) return reduce_losses(graph, losses, reduction);
  const Shape& shape = graph.shape(losses);
  const Shape mask_shape = graph.shape(mask);
  const ValueId sum = reduce_losses(graph, apply_weights(graph, losses, mask), Reduction::sum);
  if (reduction != Reduction::sum_over_batch_size) return sum;
  const ValueId valid = ops::reduce_sum(graph, mask, {.axes = axes_from(mask_shape, 0)});
  const auto each = static_cast<float>(shape.elements() / mask_shape.elements());
  return ops::div(graph, sum, each == 1 ? valid : ops::mul(graph, valid, graph.add_scalar(each)));
}

const MetricDef* find_metric(std::string_view name, const Shape& labels, const Shape& predictions) {
  if (name == "accuracy" || name == "acc") {
    // Keras' rule: one output is binary; labels without a class axis are sparse.
    const bool sparse = labels.rank() < predictions.rank() || labels.back() == 1;
    name = predictions.back() == 1 ? "binary_accuracy"
           : sparse                ? "sparse_categorical_accuracy"
                                   : "categorical_accuracy";
  }
  if (const MetricDef* metric = look_up(metric_table(), name)) return metric;
  if (look_up(loss_table(), name) != nullptr) return nullptr;
  fail(ErrorKind::unsupported, "metric '{}' is not supported; there are: {}, and the losses {}", name,
       fmt::join(names_of(metric_table()), ", "), fmt::join(names_of(loss_table()), ", "));
}

void check_arguments(std::string_view owner, const LossArguments& arguments, std::span<const std::string_view> known) {
  for (const auto& [key, value] : arguments.items()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    fail(ErrorKind::invalid_argument, "{} has no argument '{}'; it has: {}", owner, key,
         known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")));
  }
}

}  // namespace mltk
