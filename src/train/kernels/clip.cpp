#include "graph/ops/clip.h"

#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& [low, high] = context.node->as<ClipAttributes>();
  simd::clip(context.inputs[0], context.outputs[0], context.elements(context.output_shape()), low, high);
}

}  // namespace

extern const KernelDef clip_def;
const KernelDef clip_def = {.op = "clip", .run = run};

}  // namespace mltk::kernels
