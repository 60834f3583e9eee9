#include "graph/ops/projective_transform_backward.h"

#include "train/kernels/projective_transform.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& attributes = context.node->as<ProjectiveTransformBackwardAttributes>();
  const Shape& output = context.output_shape();
  const std::int64_t size = context.input_shape(0).elements();
  std::fill_n(context.outputs[0], context.elements(output), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* gradient = context.inputs[0] + n * size;
    float* result = context.outputs[0] + n * output.elements();
    for_each_transform_tap(attributes.transform, attributes.input, context.inputs[1] + n * 8,
                           [&](std::int64_t to, std::int64_t from, float weight) {
                             if (from < 0) return;
                             for (std::int64_t c = 0; c < output[3]; ++c) result[from + c] += weight * gradient[to + c];
                           });
  }
}

}  // namespace

extern const KernelDef projective_transform_backward_def;
const KernelDef projective_transform_backward_def = {.op = "projective_transform_backward", .run = run};

}  // namespace mltk::kernels
