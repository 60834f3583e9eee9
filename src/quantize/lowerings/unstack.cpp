#include "graph/ops/unstack.h"

#include "quantize/float_graph.h"
#include "tflite/ops/unpack.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// The steps of one sample in front of its batch axis, where the converter unpacks them.
std::int32_t add_steps_first(Lowering& l) {
  std::vector<std::int64_t> dims = l.shape(0).dims();
  dims[0] = dims[1];
  dims[1] = 1;
  const std::vector<std::int32_t> sizes(dims.begin(), dims.end());
  const std::int32_t shape =
      l.graph.add_constant(l.name("transpose/perm"), {static_cast<std::int64_t>(sizes.size())}, sizes);
  return l.add(BuiltinOperator::reshape, {}, {l.input(0), shape},
               l.graph.add_activation(l.name("transpose"), Shape(dims)));
}

void lower(Lowering& l) {
  const auto count = static_cast<std::int32_t>(l.node.outputs.size());
  auto axis = static_cast<std::int32_t>(l.node.as<UnstackAttributes>().axis);
  std::int32_t input = l.input(0);
  if (axis == 1 && l.graph.fixed_batch() && l.shape(0).batched()) {
    input = add_steps_first(l);
    axis = 0;
  }
  l.emit_all(BuiltinOperator::unpack, tflite::UnpackOptions{.num = count, .axis = axis}, {input}, "unstack");
}

}  // namespace

extern const LoweringDef unstack_def;
const LoweringDef unstack_def = {"unstack", lower};

}  // namespace mltk::quantize
