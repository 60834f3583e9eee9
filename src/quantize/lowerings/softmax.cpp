#include "tflite/ops/softmax.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  l.emit(tflite::BuiltinOperator::softmax, tflite::SoftmaxOptions{.beta = 1}, {l.input(0)}, "Softmax");
}

}  // namespace

extern const LoweringDef softmax_def;
const LoweringDef softmax_def = {"softmax", lower};

}  // namespace mltk::quantize
