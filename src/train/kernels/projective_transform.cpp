#include "train/kernels/projective_transform.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& transform = context.node->as<ProjectiveTransformAttributes>();
  const Shape& input = context.input_shape(0);
  const Shape& output = context.output_shape();
  std::fill_n(context.outputs[0], context.elements(output), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* x = context.inputs[0] + n * input.elements();
    float* y = context.outputs[0] + n * output.elements();
    for_each_transform_tap(transform, input, context.inputs[1] + n * 8,
                           [&](std::int64_t to, std::int64_t from, float weight) {
                             for (std::int64_t c = 0; c < input[3]; ++c) {
                               y[to + c] += weight * (from < 0 ? transform.fill_value : x[from + c]);
                             }
                           });
  }
}

}  // namespace

extern const KernelDef projective_transform_def;
const KernelDef projective_transform_def = {.op = "projective_transform", .run = run};

}  // namespace mltk::kernels
