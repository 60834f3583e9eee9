#include "train/loss.h"

#include <algorithm>
#include <vector>

#include "base/file.h"

namespace mltk {
namespace {

template <class Def>
bool is_called(const Def& def, std::string_view name) {
  return def.name == name || def.class_name == name || std::ranges::find(def.aliases, name) != def.aliases.end();
}

template <class Def>
const Def& find(std::span<const Def* const> table, std::string_view name, std::string_view kind) {
  std::vector<std::string> names;
  for (const Def* def : table) {
    if (is_called(*def, name)) return *def;
    names.emplace_back(def->name);
  }
  fail(ErrorKind::unsupported, "{} '{}' is not supported; there are: {}", kind, name, fmt::join(names, ", "));
}

}  // namespace

const LossDef& find_loss(std::string_view name) { return find(loss_table(), name, "loss"); }

const MetricDef& find_metric(std::string_view name, const Shape& labels, const Shape& predictions) {
  if (name == "accuracy" || name == "acc" || name == "Accuracy") {
    // Keras' rule: one output is binary; labels without a class axis are sparse.
    if (predictions.back() == 1) return find(metric_table(), "binary_accuracy", "metric");
    const bool sparse = labels.rank() < predictions.rank() || labels.back() == 1;
    return find(metric_table(), sparse ? "sparse_categorical_accuracy" : "categorical_accuracy", "metric");
  }
  return find(metric_table(), name, "metric");
}

}  // namespace mltk
