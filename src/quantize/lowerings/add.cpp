#include "tflite/ops/add.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::add, tflite::AddOptions{}, {l.input(0), l.input(1)}, "add"); }

}  // namespace

extern const LoweringDef add_def;
const LoweringDef add_def = {"add", lower};

}  // namespace mltk::quantize
