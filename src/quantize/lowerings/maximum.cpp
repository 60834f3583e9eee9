#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  l.emit(tflite::BuiltinOperator::maximum, tflite::EmptyOptions{}, {l.input(0), l.input(1)}, "maximum");
}

}  // namespace

extern const LoweringDef maximum_def;
const LoweringDef maximum_def = {"maximum", lower};

}  // namespace mltk::quantize
