#include "graph/ops/matmul.h"

#include <numeric>

#include "quantize/float_graph.h"
#include "tflite/ops/concatenation.h"
#include "tflite/ops/fully_connected.h"
#include "tflite/ops/gather.h"
#include "tflite/ops/pack.h"
#include "tflite/ops/reducer.h"
#include "tflite/ops/shape.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// Rows of an input with more axes, whose number is computed when the model runs, times the weights.
void emit_rows(Lowering& l, std::int32_t weights, std::int64_t out) {
  FloatGraph& graph = l.graph;
  const auto rank = static_cast<std::int32_t>(l.shape(0).rank());
  const auto integers = [&](std::string_view name, std::vector<std::int32_t> values) {
    const auto size = static_cast<std::int64_t>(values.size());
    return graph.add_constant(l.name(name), {size}, std::move(values));
  };
  std::vector<std::int32_t> outer(static_cast<std::size_t>(rank - 1));
  std::iota(outer.begin(), outer.end(), 0);
  const std::int32_t input = l.input(0);
  const std::int32_t first = integers("Tensordot/Const", {0});
  const std::int32_t shape = l.add(BuiltinOperator::shape, tflite::ShapeOptions{.out_type = tflite::TensorType::int32},
                                   {input}, graph.add_integers(l.name("Tensordot/Shape"), {rank}));
  const std::int32_t inner_sizes =
      l.add(BuiltinOperator::gather, tflite::GatherOptions{}, {shape, integers("Tensordot/axes", {rank - 1})},
            graph.add_integers(l.name("Tensordot/GatherV2_1"), {1}));
  const std::int32_t inner = l.add(BuiltinOperator::reduce_prod, tflite::ReducerOptions{}, {inner_sizes, first},
                                   graph.add_integers(l.name("Tensordot/Prod_1"), {}));
  const std::int32_t outer_sizes =
      l.add(BuiltinOperator::gather, tflite::GatherOptions{}, {shape, integers("Tensordot/free", outer)},
            graph.add_integers(l.name("Tensordot/GatherV2"), {rank - 1}));
  const std::int32_t rows = l.add(BuiltinOperator::reduce_prod, tflite::ReducerOptions{}, {outer_sizes, first},
                                  graph.add_integers(l.name("Tensordot/Prod"), {}));
  const std::int32_t flat_shape = l.add(BuiltinOperator::pack, tflite::PackOptions{.values_count = 2}, {rows, inner},
                                        graph.add_integers(l.name("Tensordot/stack"), {2}));
  const std::int32_t result_shape =
      l.add(BuiltinOperator::concatenation, tflite::ConcatenationOptions{},
            {outer_sizes, integers("Tensordot/Const_2", {static_cast<std::int32_t>(out)})},
            graph.add_integers(l.name("Tensordot/concat_1"), {rank}));
  const std::int32_t flat = l.add(BuiltinOperator::reshape, {}, {input, flat_shape},
                                  graph.add_activation(l.name("Tensordot/Reshape"), {kBatch, 1}));
  graph.tensor(flat).shape_signature = {-1, -1};  // the converter does not follow the product
  const std::int32_t product =
      l.add(BuiltinOperator::fully_connected, tflite::FullyConnectedOptions{}, {flat, weights, -1},
            graph.add_activation(l.name("Tensordot/MatMul"), {kBatch, out}));
  l.emit(BuiltinOperator::reshape, {}, {product, result_shape}, "Tensordot");
}

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
  if (l.shape(0).rank() == 2) {
    l.emit(BuiltinOperator::fully_connected, tflite::FullyConnectedOptions{}, {l.input(0), w, -1}, "MatMul");
  } else if (l.graph.fixed_batch()) {
    l.emit(BuiltinOperator::fully_connected, tflite::FullyConnectedOptions{.keep_num_dims = true}, {l.input(0), w, -1},
           "Tensordot/MatMul");
  } else {
    emit_rows(l, w, out);
  }
}

}  // namespace

extern const LoweringDef matmul_def;
const LoweringDef matmul_def = {"matmul", lower};

}  // namespace mltk::quantize
