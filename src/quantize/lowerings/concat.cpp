#include "graph/ops/concat.h"

#include <algorithm>

#include "quantize/float_graph.h"
#include "tflite/ops/concatenation.h"

namespace mltk::quantize {
namespace {

/// Some of the inputs of a concatenation as one tensor.
std::int32_t join(Lowering& l, std::span<const std::int32_t> parts, const tflite::ConcatenationOptions& options) {
  if (parts.size() == 1) return parts[0];
  const auto axis = static_cast<std::size_t>(options.axis);
  auto dims = l.output_shape().dims();
  dims[axis] = 0;
  for (const std::int32_t part : parts) dims[axis] += l.graph.tensor(part).shape[axis];
  const std::int32_t joined = l.graph.add_activation(l.name("concat_part"), Shape(dims));
  return l.add(tflite::BuiltinOperator::concatenation, options, {parts.begin(), parts.end()}, joined);
}

void lower(Lowering& l) {
  const std::int64_t given = l.node.as<ConcatAttributes>().axis;
  const auto rank = static_cast<std::int64_t>(l.output_shape().rank());
  const tflite::ConcatenationOptions options{.axis = static_cast<std::int32_t>(given < 0 ? given + rank : given)};
  std::vector<std::int32_t> inputs;
  for (std::size_t i = 0; i < l.node.inputs.size(); ++i) inputs.push_back(l.input(i));
  // The device joins so many at a time: the steps of a recurrent layer are more.
  while (inputs.size() > tflite::kMostConcatenationInputs) {
    std::vector<std::int32_t> joined;
    for (std::size_t begin = 0; begin < inputs.size(); begin += tflite::kMostConcatenationInputs) {
      const std::size_t count = std::min(tflite::kMostConcatenationInputs, inputs.size() - begin);
      joined.push_back(join(l, std::span(inputs).subspan(begin, count), options));
    }
    inputs = std::move(joined);
  }
  l.emit(tflite::BuiltinOperator::concatenation, options, std::move(inputs), "concat");
}

}  // namespace

extern const LoweringDef concat_def;
const LoweringDef concat_def = {"concat", lower};

}  // namespace mltk::quantize
