#include "keras/regularizer.h"

#include "graph/ops/abs.h"
#include "graph/ops/add.h"
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

}  // namespace

Json normalize_regularizer(const Json& value) {
  if (value.is_null()) return value;
  std::string name = value.is_string() ? value.get<std::string>() : value.value("class_name", "");
  if (name == "l1") name = "L1";
  if (name == "l2") name = "L2";
  if (name == "l1_l2") name = "L1L2";
  if (name != "L1" && name != "L2" && name != "L1L2") {
    fail(ErrorKind::unsupported, "regularizer {} is not supported; there are: L1, L2, L1L2", value.dump());
  }
  Json config = value.is_object() ? value.at("config") : Json::object();
  if (name != "L2" && !config.contains("l1")) config["l1"] = 0.01;
  if (name != "L1" && !config.contains("l2")) config["l2"] = 0.01;
  return {{"module", "keras.regularizers"}, {"class_name", name}, {"config", config}, {"registered_name", nullptr}};
}

ValueId add_penalty(Graph& graph, ValueId weight, const Json& config) {
  const Json& factors = config.at("config");
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

}  // namespace mltk::keras
