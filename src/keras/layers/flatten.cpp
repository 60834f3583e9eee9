#include "graph/ops/reshape.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
};

ValueId call(const CallContext& context) {
  return ops::reshape(context.graph, context.input(), {kBatch, context.shape().elements()});
}

}  // namespace

extern const LayerDef flatten_def;
const LayerDef flatten_def = {.class_name = "Flatten", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
