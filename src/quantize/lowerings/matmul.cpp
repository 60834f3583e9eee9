#include "graph/ops/matmul.h"

#include "quantize/float_graph.h"
#include "tflite/ops/fully_connected.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [transpose_a, transpose_b] = l.node.as<MatmulAttributes>();
  if (transpose_a || transpose_b || !l.is_constant(1)) {
    fail(ErrorKind::unsupported, "layer '{}': a product of two activations has no operator on the device",
         l.node.scope.layer);
  }
  const Tensor& kernel = l.constant(1);
  const std::int64_t in = kernel.shape()[0];
  const std::int64_t out = kernel.shape()[1];
  std::vector<float> weights(kernel.as<float>().size());  // [in, out] becomes [out, in]
  for (std::int64_t i = 0; i < in; ++i) {
    for (std::int64_t o = 0; o < out; ++o) {
      weights[static_cast<std::size_t>(o * in + i)] = kernel.as<float>()[static_cast<std::size_t>(i * out + o)];
    }
  }
  const std::int32_t w = l.graph.add_constant(l.name("MatMul"), {out, in}, std::move(weights));
  // Without a bias until an addition is fused into it.
  l.emit(tflite::BuiltinOperator::fully_connected, tflite::FullyConnectedOptions{}, {l.input(0), w, -1}, "MatMul");
}

}  // namespace

extern const LoweringDef matmul_def;
const LoweringDef matmul_def = {"matmul", lower};

}  // namespace mltk::quantize
