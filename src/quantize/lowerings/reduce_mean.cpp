#include "graph/ops/reduce_mean.h"

#include "quantize/float_graph.h"
#include "tflite/ops/reducer.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [axes, keep_dims] = l.node.as<ReduceAttributes>();
  const std::vector<std::int32_t> values(axes.begin(), axes.end());
  const std::int32_t constant =
      l.graph.add_constant(l.name("Mean/reduction_indices"), {static_cast<std::int64_t>(values.size())}, values);
  l.emit(tflite::BuiltinOperator::mean, tflite::ReducerOptions{.keep_dims = keep_dims}, {l.input(0), constant}, "Mean");
}

}  // namespace

extern const LoweringDef reduce_mean_def;
const LoweringDef reduce_mean_def = {"reduce_mean", lower};

}  // namespace mltk::quantize
