#include "tflite/ops/gather.h"

#include "quantize/float_graph.h"
#include "tflite/ops/cast.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  // Indices are float32 in a graph, and the input of a model stays so.
  const std::int32_t indices = l.graph.add_activation(l.name("Cast"), l.shape(1));
  l.graph.tensor(indices).type = tflite::TensorType::int32;
  l.graph.main().operators.push_back({.code = tflite::BuiltinOperator::cast,
                                      .options = tflite::CastOptions{.out_data_type = tflite::TensorType::int32},
                                      .inputs = {l.input(1)},
                                      .outputs = {indices}});
  l.emit(tflite::BuiltinOperator::gather, tflite::GatherOptions{}, {l.input(0, "embedding_lookup"), indices},
         "embedding_lookup");
}

}  // namespace

extern const LoweringDef gather_def;
const LoweringDef gather_def = {"gather", lower};

}  // namespace mltk::quantize
