#include "keras/regularizer.h"

#include "graph/composition.h"
#include "graph/ops/abs.h"
#include "graph/ops/add.h"
#include "graph/ops/batch_size.h"
#include "graph/ops/div.h"
#include "graph/ops/matmul.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/square.h"

namespace mltk::keras {
namespace {

ValueId sum_all(Graph& graph, ValueId x) {
  ReduceAttributes all;
  for (std::size_t axis = 0; axis < graph.shape(x).rank(); ++axis) all.axes.push_back(static_cast<std::int64_t>(axis));
  return ops::reduce_sum(graph, x, std::move(all));
}

/// How far rows (or columns) of a matrix are from being at right angles: the mean of the absolute cosines of their
/// pairs.
ValueId add_orthogonal_penalty(Graph& graph, ValueId weight, const Json& config) {
  if (graph.shape(weight).rank() != 2) {
    fail(ErrorKind::invalid_argument, "OrthogonalRegularizer takes weights of two axes; these are {}",
         to_string(graph.shape(weight)));
  }
  const bool rows = config.at("mode") == "rows";
  const ValueId units = l2_normalize(graph, weight, rows ? 1 : 0);
  const ValueId cosines = ops::matmul(graph, units, units, {.transpose_a = !rows, .transpose_b = rows});
  const std::int64_t size = graph.shape(cosines)[0];
  Tensor others(DType::float32, {size, size});
  for (std::int64_t i = 0; i < size * size; ++i) others.as<float>()[static_cast<std::size_t>(i)] = i / size != i % size;
  const ValueId pairs = ops::mul(graph, ops::abs(graph, cosines), graph.add_constant(std::move(others)));
  const double count = static_cast<double>(size) * static_cast<double>(size - 1) / 2;
  const auto factor = static_cast<float>(config.at("factor").get<double>() * 0.5 / count);
  return ops::mul(graph, sum_all(graph, pairs), graph.add_scalar(factor));
}

}  // namespace

Json normalize_regularizer(const Json& value) {
  if (value.is_null()) return value;
  std::string name = value.is_string() ? value.get<std::string>() : value.value("class_name", "");
  if (name == "l1") name = "L1";
  if (name == "l2") name = "L2";
  if (name == "l1_l2") name = "L1L2";
  if (name == "orthogonal_regularizer") name = "OrthogonalRegularizer";
  if (name != "L1" && name != "L2" && name != "L1L2" && name != "OrthogonalRegularizer") {
    fail(ErrorKind::unsupported, "regularizer {} is not supported; there are: L1, L2, L1L2, OrthogonalRegularizer",
         value.dump());
  }
  Json config = value.is_object() ? value.at("config") : Json::object();
  if (name == "OrthogonalRegularizer") {
    if (!config.contains("factor")) config["factor"] = 0.01;
    if (!config.contains("mode")) config["mode"] = "rows";
    return {{"module", "keras.regularizers"}, {"class_name", name}, {"config", config}, {"registered_name", nullptr}};
  }
  if (name != "L2" && !config.contains("l1")) config["l1"] = 0.01;
  if (name != "L1" && !config.contains("l2")) config["l2"] = 0.01;
  return {{"module", "keras.regularizers"}, {"class_name", name}, {"config", config}, {"registered_name", nullptr}};
}

ValueId add_penalty(Graph& graph, ValueId weight, const Json& config) {
  const Json& factors = config.at("config");
  if (config.at("class_name") == "OrthogonalRegularizer") return add_orthogonal_penalty(graph, weight, factors);
  ValueId total = graph.add_scalar(0);
  if (factors.contains("l1")) {
    const ValueId sum = sum_all(graph, ops::abs(graph, weight));
    total = ops::add(graph, total, ops::mul(graph, sum, graph.add_scalar(factors.at("l1").get<float>())));
  }
  if (factors.contains("l2")) {
    const ValueId sum = sum_all(graph, ops::square(graph, weight));
    total = ops::add(graph, total, ops::mul(graph, sum, graph.add_scalar(factors.at("l2").get<float>())));
  }
  return total;
}

void add_activity_penalty(Graph& graph, ValueId output, const Json& config) {
  const ValueId penalty = add_penalty(graph, output, config);
  graph.add_penalty(ops::div(graph, penalty, ops::batch_size(graph, output)));
}

}  // namespace mltk::keras
