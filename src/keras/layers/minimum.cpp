#include "graph/ops/minimum.h"

#include "keras/layers/merge.h"

namespace mltk::keras {
namespace {

ValueId call(const CallContext& context) { return merge_inputs(context, ops::minimum); }

}  // namespace

extern const LayerDef minimum_def;
const LayerDef minimum_def = {
    .class_name = "Minimum", .arguments = {}, .most_inputs = 64, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
