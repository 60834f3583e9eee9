#include "tflite/ops/mul.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::mul, tflite::MulOptions{}, {l.input(0), l.input(1)}, "mul"); }

}  // namespace

extern const LoweringDef mul_def;
const LoweringDef mul_def = {"mul", lower};

}  // namespace mltk::quantize
