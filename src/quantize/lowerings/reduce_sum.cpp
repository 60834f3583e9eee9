#include "graph/ops/reduce_sum.h"

#include "quantize/float_graph.h"
#include "tflite/ops/reducer.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [axes, keep_dims] = l.node.as<ReduceAttributes>();
  const std::vector<std::int32_t> values(axes.begin(), axes.end());
  const std::int32_t constant =
      l.graph.add_constant(l.name("Sum/reduction_indices"), {static_cast<std::int64_t>(values.size())}, values);
  l.emit(tflite::BuiltinOperator::sum, tflite::ReducerOptions{.keep_dims = keep_dims}, {l.input(0), constant}, "Sum");
}

}  // namespace

extern const LoweringDef reduce_sum_def;
const LoweringDef reduce_sum_def = {"reduce_sum", lower};

}  // namespace mltk::quantize
