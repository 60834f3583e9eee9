#include "keras/layer.h"
#include "keras/regularizer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"l1", ArgumentKind::number, "0.0", "factor of the sum of absolute values"},
    {"l2", ArgumentKind::number, "0.0", "factor of the sum of squares"},
};

ValueId call(const CallContext& context) {
  const Json factors = {{"l1", context.layer.argument("l1")}, {"l2", context.layer.argument("l2")}};
  if (context.graph.collects_penalties()) {
    add_activity_penalty(context.graph, context.input(), {{"class_name", "L1L2"}, {"config", factors}});
  }
  return context.input();
}

}  // namespace

extern const LayerDef activity_regularization_def;
const LayerDef activity_regularization_def = {
    .class_name = "ActivityRegularization", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
