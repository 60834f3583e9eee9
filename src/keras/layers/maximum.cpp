#include "graph/ops/maximum.h"

#include "keras/layers/merge.h"

namespace mltk::keras {
namespace {

ValueId call(const CallContext& context) { return merge_inputs(context, ops::maximum); }

}  // namespace

extern const LayerDef maximum_def;
const LayerDef maximum_def = {
    .class_name = "Maximum", .arguments = {}, .most_inputs = 64, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
