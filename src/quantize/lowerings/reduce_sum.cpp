#include "graph/ops/reduce_sum.h"

#include "quantize/float_graph.h"
#include "tflite/ops/reducer.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [axes, keep_dims] = l.node.as<ReduceAttributes>();
  l.emit(tflite::BuiltinOperator::sum, tflite::ReducerOptions{.keep_dims = keep_dims},
         {l.input(0), l.add_axes(axes, "Sum/reduction_indices")}, "Sum");
}

}  // namespace

extern const LoweringDef reduce_sum_def;
const LoweringDef reduce_sum_def = {"reduce_sum", lower};

}  // namespace mltk::quantize
