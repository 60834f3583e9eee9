#include "graph/ops/elu.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  if (const float alpha = l.node.as<EluAttributes>().alpha; alpha != 1) {
    fail(ErrorKind::unsupported, "layer '{}': ELU with alpha={} has no operator on the device, only 1",
         l.node.scope.layer, alpha);
  }
  l.emit(tflite::BuiltinOperator::elu, {}, {l.input(0)}, "Elu");
}

}  // namespace

extern const LoweringDef elu_def;
const LoweringDef elu_def = {"elu", lower};

}  // namespace mltk::quantize
