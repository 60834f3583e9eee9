#include "tflite/ops/sub.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::sub, tflite::SubOptions{}, {l.input(0), l.input(1)}, "sub"); }

}  // namespace

extern const LoweringDef sub_def;
const LoweringDef sub_def = {"sub", lower};

}  // namespace mltk::quantize
