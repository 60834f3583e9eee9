#include "graph/ops/reshape.h"

#include "quantize/float_graph.h"
#include "tflite/ops/reshape.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  std::vector<std::int32_t> dims;
  for (const std::int64_t size : l.output_shape()) dims.push_back(static_cast<std::int32_t>(size));
  const auto rank = static_cast<std::int64_t>(dims.size());
  const std::int32_t shape = l.graph.add_constant(l.name("Const"), {rank}, std::move(dims));
  l.emit(tflite::BuiltinOperator::reshape, tflite::ReshapeOptions{}, {l.input(0), shape}, "Reshape");
}

}  // namespace

extern const LoweringDef reshape_def;
const LoweringDef reshape_def = {"reshape", lower};

}  // namespace mltk::quantize
