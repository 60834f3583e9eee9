#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::tanh, {}, {l.input(0)}, "tanh"); }

}  // namespace

extern const LoweringDef tanh_def;
const LoweringDef tanh_def = {"tanh", lower};

}  // namespace mltk::quantize
