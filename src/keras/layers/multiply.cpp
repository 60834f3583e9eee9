#include "graph/ops/mul.h"
#include "keras/layers/merge.h"

namespace mltk::keras {
namespace {

ValueId call(const CallContext& context) { return merge_inputs(context, ops::mul); }

}  // namespace

extern const LayerDef multiply_def;
const LayerDef multiply_def = {
    .class_name = "Multiply", .arguments = {}, .most_inputs = 64, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
