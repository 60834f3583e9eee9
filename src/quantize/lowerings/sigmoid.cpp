#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::logistic, {}, {l.input(0)}, "sigmoid"); }

}  // namespace

extern const LoweringDef sigmoid_def;
const LoweringDef sigmoid_def = {"sigmoid", lower};

}  // namespace mltk::quantize
