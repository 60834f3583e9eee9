#include "graph/ops/reduce_mean.h"

#include "quantize/float_graph.h"
#include "tflite/ops/reducer.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [axes, keep_dims] = l.node.as<ReduceAttributes>();
  l.emit(tflite::BuiltinOperator::mean, tflite::ReducerOptions{.keep_dims = keep_dims},
         {l.input(0), l.add_axes(axes, "Mean/reduction_indices")}, "Mean");
}

}  // namespace

extern const LoweringDef reduce_mean_def;
const LoweringDef reduce_mean_def = {"reduce_mean", lower};

}  // namespace mltk::quantize
