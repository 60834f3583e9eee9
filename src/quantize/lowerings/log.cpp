#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::log, {}, {l.input(0)}, "Log"); }

}  // namespace

extern const LoweringDef log_def;
const LoweringDef log_def = {"log", lower};

}  // namespace mltk::quantize
