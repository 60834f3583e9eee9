#include "tflite/ops/gather.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  // Indices are float32 in a graph, and the input of a model stays so.
  const std::int32_t indices = l.graph.add_activation(l.name("Cast"), l.shape(1));
  l.graph.tensor(indices).type = tflite::TensorType::int32;
  l.add(tflite::BuiltinOperator::cast, {}, {l.input(1)}, indices);
  l.emit(tflite::BuiltinOperator::gather, tflite::GatherOptions{}, {l.input(0, "embedding_lookup"), indices},
         "embedding_lookup");
}

}  // namespace

extern const LoweringDef gather_def;
const LoweringDef gather_def = {"gather", lower};

}  // namespace mltk::quantize
