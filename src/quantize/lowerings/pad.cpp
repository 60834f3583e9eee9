#include "graph/ops/pad.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  std::vector<std::int32_t> paddings;
  for (const auto& [before, after] : l.node.as<PadAttributes>().padding) {
    paddings.push_back(static_cast<std::int32_t>(before));
    paddings.push_back(static_cast<std::int32_t>(after));
  }
  const auto rank = static_cast<std::int64_t>(paddings.size() / 2);
  const std::int32_t constant = l.graph.add_constant(l.name("Pad/paddings"), {rank, 2}, std::move(paddings));
  l.emit(tflite::BuiltinOperator::pad, tflite::EmptyOptions{}, {l.input(0), constant}, "Pad");
}

}  // namespace

extern const LoweringDef pad_def;
const LoweringDef pad_def = {"pad", lower};

}  // namespace mltk::quantize
