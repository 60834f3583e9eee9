#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  l.emit(tflite::BuiltinOperator::minimum, tflite::EmptyOptions{}, {l.input(0), l.input(1)}, "minimum");
}

}  // namespace

extern const LoweringDef minimum_def;
const LoweringDef minimum_def = {"minimum", lower};

}  // namespace mltk::quantize
