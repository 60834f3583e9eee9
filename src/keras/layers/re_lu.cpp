#include "graph/ops/leaky_relu.h"
#include "graph/ops/relu.h"
#include "graph/ops/relu6.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"max_value", ArgumentKind::json, "null", "upper limit, or None"},
    {"negative_slope", ArgumentKind::number, "0.0", "slope below the threshold"},
    {"threshold", ArgumentKind::number, "0.0", "values below give 0"},
};

ValueId call(const CallContext& context) {
  const Json& most = context.layer.argument("max_value");
  const auto slope = context.layer.get<float>("negative_slope");
  if (context.layer.get<double>("threshold") != 0 || (!most.is_null() && (most != 6.0 || slope != 0))) {
    fail(ErrorKind::unsupported, "threshold must be 0, and max_value None or 6 (without a negative_slope)");
  }
  if (!most.is_null()) return ops::relu6(context.graph, context.input());
  if (slope != 0) return ops::leaky_relu(context.graph, context.input(), {slope});
  return ops::relu(context.graph, context.input());
}

}  // namespace

extern const LayerDef re_lu_def;
const LayerDef re_lu_def = {.class_name = "ReLU", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
