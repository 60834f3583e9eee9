#include "graph/ops/transpose.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& permutation = l.node.as<TransposeAttributes>().permutation;
  const std::vector<std::int32_t> values(permutation.begin(), permutation.end());
  const std::int32_t constant =
      l.graph.add_constant(l.name("transpose/perm"), {static_cast<std::int64_t>(values.size())}, values);
  l.emit(tflite::BuiltinOperator::transpose, {}, {l.input(0), constant}, "transpose");
}

}  // namespace

extern const LoweringDef transpose_def;
const LoweringDef transpose_def = {"transpose", lower};

}  // namespace mltk::quantize
