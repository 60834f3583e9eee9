#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::rsqrt, tflite::EmptyOptions{}, {l.input(0)}, "Rsqrt"); }

}  // namespace

extern const LoweringDef rsqrt_def;
const LoweringDef rsqrt_def = {"rsqrt", lower};

}  // namespace mltk::quantize
