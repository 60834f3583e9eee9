#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::floor, tflite::EmptyOptions{}, {l.input(0)}, "Floor"); }

}  // namespace

extern const LoweringDef floor_def;
const LoweringDef floor_def = {"floor", lower};

}  // namespace mltk::quantize
