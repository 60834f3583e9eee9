#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Shape& shape = context.output_shape();
  const std::int64_t classes = shape.back();
  const std::int64_t rows = context.elements(shape) / classes;
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* x = context.inputs[0] + r * classes;
    float* y = context.outputs[0] + r * classes;
    const float total = simd::exp_sum(x, simd::max(x, classes), y, classes);
    simd::scale(y, classes, 1.0F / total);
  }
}

}  // namespace

extern const KernelDef softmax_def;
const KernelDef softmax_def = {.op = "softmax", .run = run};

}  // namespace mltk::kernels
