#include "graph/composition.h"
#include "graph/ops/add.h"
#include "graph/ops/div.h"
#include "graph/ops/maximum.h"
#include "graph/ops/mul.h"
#include "graph/ops/sqrt.h"
#include "graph/ops/sub.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"axis", ArgumentKind::axes, "-1", "axis of the features"},
    {"mean", ArgumentKind::json, "null", "of each feature"},
    {"variance", ArgumentKind::json, "null", "of each feature"},
    {"invert", ArgumentKind::flag, "false", "go back from normalized values"},
};

/// A number or one for each feature.
ValueId constant_of(const CallContext& context, const char* name) {
  const Json& given = context.layer.argument(name);
  if (given.is_null()) {
    fail(ErrorKind::unsupported, "{} is None: give mean and variance, adapt() is not supported", name);
  }
  if (given.is_number()) return context.graph.add_scalar(given.get<float>());
  const auto values = given.get<std::vector<float>>();
  if (static_cast<std::int64_t>(values.size()) != context.shape().back()) {
    fail(ErrorKind::invalid_argument, "{} has {} values, but the input is {}", name, values.size(),
         to_string(context.shape()));
  }
  return context.graph.add_constant(Tensor(Shape{context.shape().back()}, std::span<const float>(values)));
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const Json& given = context.layer.argument("axis");
  const Json axis = given.is_array() && given.size() == 1 ? given[0] : given;
  if (!axis.is_number() || resolve_axis(context.shape(), axis.get<std::int64_t>()) + 1 !=
                               static_cast<std::int64_t>(context.shape().rank())) {
    fail(ErrorKind::unsupported, "axis={} is not supported, only the last axis", given.dump());
  }
  const ValueId mean = constant_of(context, "mean");
  const ValueId deviation =
      ops::maximum(graph, ops::sqrt(graph, constant_of(context, "variance")), graph.add_scalar(1e-7F));
  if (context.layer.get<bool>("invert")) return ops::add(graph, mean, ops::mul(graph, context.input(), deviation));
  return ops::div(graph, ops::sub(graph, context.input(), mean), deviation);
}

}  // namespace

extern const LayerDef normalization_def;
const LayerDef normalization_def = {.class_name = "Normalization", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
