#include "graph/ops/batch_matmul.h"

#include "quantize/float_graph.h"
#include "tflite/ops/batch_matmul.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [transpose_a, transpose_b] = l.node.as<MatmulAttributes>();
  l.emit(tflite::BuiltinOperator::batch_matmul, tflite::BatchMatMulOptions{.adj_x = transpose_a, .adj_y = transpose_b},
         {l.input(0), l.input(1)}, "MatMul");
}

}  // namespace

extern const LoweringDef batch_matmul_def;
const LoweringDef batch_matmul_def = {"batch_matmul", lower};

}  // namespace mltk::quantize
