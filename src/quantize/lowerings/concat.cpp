#include "graph/ops/concat.h"

#include "quantize/float_graph.h"
#include "tflite/ops/concatenation.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const std::int64_t given = l.node.as<ConcatAttributes>().axis;
  const auto rank = static_cast<std::int64_t>(l.output_shape().rank());
  std::vector<std::int32_t> inputs;
  for (std::size_t i = 0; i < l.node.inputs.size(); ++i) inputs.push_back(l.input(i));
  l.emit(tflite::BuiltinOperator::concatenation,
         tflite::ConcatenationOptions{.axis = static_cast<std::int32_t>(given < 0 ? given + rank : given)},
         std::move(inputs), "concat");
}

}  // namespace

extern const LoweringDef concat_def;
const LoweringDef concat_def = {"concat", lower};

}  // namespace mltk::quantize
