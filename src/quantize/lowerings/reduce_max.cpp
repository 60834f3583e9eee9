#include "graph/ops/reduce_max.h"

#include "quantize/float_graph.h"
#include "tflite/ops/reducer.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [axes, keep_dims] = l.node.as<ReduceAttributes>();
  const std::vector<std::int32_t> values(axes.begin(), axes.end());
  const std::int32_t constant =
      l.graph.add_constant(l.name("Max/reduction_indices"), {static_cast<std::int64_t>(values.size())}, values);
  l.emit(tflite::BuiltinOperator::reduce_max, tflite::ReducerOptions{.keep_dims = keep_dims}, {l.input(0), constant},
         "Max");
}

}  // namespace

extern const LoweringDef reduce_max_def;
const LoweringDef reduce_max_def = {"reduce_max", lower};

}  // namespace mltk::quantize
