#include "graph/ops/leaky_relu.h"

#include "quantize/float_graph.h"
#include "tflite/ops/leaky_relu.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  l.emit(tflite::BuiltinOperator::leaky_relu, tflite::LeakyReluOptions{l.node.as<LeakyReluAttributes>().alpha},
         {l.input(0)}, "LeakyRelu");
}

}  // namespace

extern const LoweringDef leaky_relu_def;
const LoweringDef leaky_relu_def = {"leaky_relu", lower};

}  // namespace mltk::quantize
