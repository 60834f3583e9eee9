#include "graph/ops/max_pool_2d.h"

#include "quantize/float_graph.h"
#include "tflite/ops/pool_2d.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const Window2d& window = l.node.as<MaxPool2dAttributes>().window;
  l.emit(tflite::BuiltinOperator::max_pool_2d,
         tflite::Pool2dOptions{.padding = window.same ? tflite::Padding::same : tflite::Padding::valid,
                               .stride_w = static_cast<std::int32_t>(window.stride_width),
                               .stride_h = static_cast<std::int32_t>(window.stride_height),
                               .filter_w = static_cast<std::int32_t>(window.kernel_width),
                               .filter_h = static_cast<std::int32_t>(window.kernel_height)},
         {l.input(0)}, "MaxPool");
}

}  // namespace

extern const LoweringDef max_pool_2d_def;
const LoweringDef max_pool_2d_def = {"max_pool_2d", lower};

}  // namespace mltk::quantize
