#include "graph/ops/dropout_mask.h"

#include <algorithm>

#include "base/philox.h"
#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& [rate, stream, shape] = context.node->as<DropoutMaskAttributes>();
  const std::int64_t size = shape.elements();
  const float kept = 1.0F / (1.0F - rate);
  for (std::int64_t i = 0; i < context.batch; ++i) {
    Rng rng(context.step->seed, static_cast<std::uint32_t>(context.step->step),
            static_cast<std::uint32_t>(context.first_sample + i), stream);
    std::generate_n(context.outputs[0] + i * size, size, [&] { return rng.uniform() < rate ? 0.0F : kept; });
  }
}

}  // namespace

extern const KernelDef dropout_mask_def;
const KernelDef dropout_mask_def = {.op = "dropout_mask", .run = run};

}  // namespace mltk::kernels
