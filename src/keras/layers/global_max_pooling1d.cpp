#include "graph/ops/reduce_max.h"
#include "graph/ops/reduce_sum.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
    {"keepdims", ArgumentKind::flag, "false", "keep the reduced axes with size 1"},
};

ValueId call(const CallContext& context) {
  check_rank(context.shape(), 3, "(batch, steps, channels)");
  return ops::reduce_max(context.graph, context.input(),
                         {.axes = {1}, .keep_dims = context.layer.get<bool>("keepdims")});
}

}  // namespace

extern const LayerDef global_max_pooling1d_def;
const LayerDef global_max_pooling1d_def = {.class_name = "GlobalMaxPooling1D", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
