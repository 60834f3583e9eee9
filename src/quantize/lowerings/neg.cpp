#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::neg, tflite::EmptyOptions{}, {l.input(0)}, "Neg"); }

}  // namespace

extern const LoweringDef neg_def;
const LoweringDef neg_def = {"neg", lower};

}  // namespace mltk::quantize
