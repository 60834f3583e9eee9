#include "graph/ops/reduce_max.h"

#include "quantize/float_graph.h"
#include "tflite/ops/reducer.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [axes, keep_dims] = l.node.as<ReduceAttributes>();
  l.emit(tflite::BuiltinOperator::reduce_max, tflite::ReducerOptions{.keep_dims = keep_dims},
         {l.input(0), l.add_axes(axes, "Max/reduction_indices")}, "Max");
}

}  // namespace

extern const LoweringDef reduce_max_def;
const LoweringDef reduce_max_def = {"reduce_max", lower};

}  // namespace mltk::quantize
