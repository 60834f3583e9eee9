#include "graph/ops/sub.h"
#include "keras/layers/merge.h"

namespace mltk::keras {
namespace {

ValueId call(const CallContext& context) { return merge_inputs(context, ops::sub); }

}  // namespace

extern const LayerDef subtract_def;
const LayerDef subtract_def = {
    .class_name = "Subtract", .arguments = {}, .most_inputs = 2, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
