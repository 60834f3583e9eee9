#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  if (!l.tensors.contains(l.node.inputs[0]) || l.shape(0).rank() != l.output_shape().rank()) {
    fail(ErrorKind::unsupported, "layer '{}': {} repeated to {} has no operator on the device", l.node.scope.layer,
         to_string(l.shape(0)), to_string(l.output_shape()));
  }
  std::vector<std::int32_t> multiples;
  for (std::size_t axis = 0; axis < l.output_shape().rank(); ++axis) {
    const std::int64_t size = l.output_shape()[axis];
    multiples.push_back(static_cast<std::int32_t>(l.shape(0)[axis] == size ? 1 : size));
  }
  const auto rank = static_cast<std::int64_t>(multiples.size());
  const std::int32_t constant = l.graph.add_constant(l.name("stack"), {rank}, std::move(multiples));
  l.emit(tflite::BuiltinOperator::tile, {}, {l.input(0), constant}, "Tile");
}

}  // namespace

extern const LoweringDef broadcast_def;
const LoweringDef broadcast_def = {"broadcast", lower};

}  // namespace mltk::quantize
