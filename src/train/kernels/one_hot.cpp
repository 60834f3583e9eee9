#include "graph/ops/one_hot.h"

#include <algorithm>
#include <cmath>

#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const std::int64_t depth = context.node->as<OneHotAttributes>().depth;
  const std::int64_t rows = context.elements(context.input_shape(0));
  std::fill_n(context.outputs[0], rows * depth, 0.0F);
  for (std::int64_t r = 0; r < rows; ++r) {
    const auto index = static_cast<std::int64_t>(context.inputs[0][r]);
    if (index < 0 || index >= depth) {
      fail(ErrorKind::invalid_data, "a label is class {}, but the model has {} classes (0 to {})", index, depth,
           depth - 1);
    }
    context.outputs[0][r * depth + index] = 1;
  }
}

}  // namespace

extern const KernelDef one_hot_def;
const KernelDef one_hot_def = {.op = "one_hot", .run = run};

}  // namespace mltk::kernels
