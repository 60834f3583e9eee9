#include "graph/ops/add.h"

#include "keras/layers/merge.h"

namespace mltk::keras {
namespace {

ValueId call(const CallContext& context) { return merge_inputs(context, ops::add); }

}  // namespace

extern const LayerDef add_def;
const LayerDef add_def = {.class_name = "Add", .arguments = {}, .most_inputs = 64, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
