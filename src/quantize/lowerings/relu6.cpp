#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::relu6, {}, {l.input(0)}, "relu6"); }

}  // namespace

extern const LoweringDef relu6_def;
const LoweringDef relu6_def = {"relu6", lower};

}  // namespace mltk::quantize
