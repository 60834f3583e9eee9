#include "graph/ops/max_pool_2d.h"

#include <limits>

#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Geometry g(context.node->as<MaxPool2dAttributes>().window, context.input_shape(0), context.output_shape());
  std::fill_n(context.outputs[0], context.batch * g.output_elements(), std::numeric_limits<float>::lowest());
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* input = context.inputs[0] + n * g.input_elements();
    float* output = context.outputs[0] + n * g.output_elements();
    g.for_each_tap([&](std::int64_t p, std::int64_t q, std::int64_t, std::int64_t, std::int64_t y, std::int64_t x) {
      float* to = output + (p * g.columns + q) * g.channels;
      simd::binary(simd::Binary::maximum, {to, 0, false}, {input + (y * g.width + x) * g.channels, 0, false}, to, 1,
                   g.channels);
    });
  }
}

}  // namespace

extern const KernelDef max_pool_2d_def;
const KernelDef max_pool_2d_def = {.op = "max_pool_2d", .run = run};

}  // namespace mltk::kernels
