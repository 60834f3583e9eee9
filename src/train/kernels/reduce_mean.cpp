#include "train/kernels/reduce.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  reduce_sum(context);
  const std::int64_t results = context.elements(context.output_shape());
  const std::int64_t count = context.elements(context.input_shape(0)) / results;
  simd::scale(context.outputs[0], results, 1.0F / static_cast<float>(count));
}

}  // namespace

extern const KernelDef reduce_mean_def;
const KernelDef reduce_mean_def = {.op = "reduce_mean", .run = run};

}  // namespace mltk::kernels
