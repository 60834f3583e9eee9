#include "graph/ops/random_normal.h"

#include <algorithm>

#include "base/philox.h"
#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& [mean, stddev, stream, shape] = context.node->as<RandomNormalAttributes>();
  const std::int64_t size = shape.elements();
  for (std::int64_t i = 0; i < context.batch; ++i) {
    Rng rng(context.step->seed, static_cast<std::uint32_t>(context.step->step),
            static_cast<std::uint32_t>(context.first_sample + i), stream);
    std::generate_n(context.outputs[0] + i * size, size,
                    [&] { return mean + stddev * static_cast<float>(rng.normal()); });
  }
}

}  // namespace

extern const KernelDef random_normal_def;
const KernelDef random_normal_def = {.op = "random_normal", .run = run};

}  // namespace mltk::kernels
