#include "tflite/ops/div.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::div, tflite::DivOptions{}, {l.input(0), l.input(1)}, "div"); }

}  // namespace

extern const LoweringDef div_def;
const LoweringDef div_def = {"div", lower};

}  // namespace mltk::quantize
