#include "quantize/constants.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "graph/broadcasting.h"
#include "graph/ops/rsqrt.h"

namespace mltk::quantize {
namespace {

using Function = float (*)(float, float);

/// Element functions that fold; a unary one ignores its second argument.
struct Foldable {
  std::string_view op;
  Function function;
};

constexpr Foldable kFoldable[] = {
    {"add", [](float a, float b) { return a + b; }},
    {"sub", [](float a, float b) { return a - b; }},
    {"mul", [](float a, float b) { return a * b; }},
    {"div", [](float a, float b) { return a / b; }},
    {"neg", [](float a, float) { return -a; }},
    {"square", [](float a, float) { return a * a; }},
    {"sqrt", [](float a, float) { return std::sqrt(a); }},
    {"maximum", [](float a, float b) { return std::max(a, b); }},
};

float element(const Tensor& tensor, const Shape& shape, std::int64_t index) {
  // Index of the element of `tensor`, repeated to `shape`, that stands at `index`.
  std::int64_t offset = 0;
  std::int64_t stride = 1;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    const std::size_t axis = shape.rank() - 1 - i;
    const std::int64_t at = index % shape[axis];
    index /= shape[axis];
    if (i >= tensor.shape().rank()) continue;
    const std::int64_t size = tensor.shape()[tensor.shape().rank() - 1 - i];
    if (size != 1) offset += at * stride;
    stride *= size;
  }
  return tensor.as<float>()[static_cast<std::size_t>(offset)];
}

}  // namespace

std::map<ValueId, Tensor> fold_constants(const Graph& graph, const Rsqrt& rsqrt) {
  std::map<ValueId, Tensor> known;
  for (std::size_t i = 0; i < graph.values().size(); ++i) {
    const Value& value = graph.values()[i];
    const ValueId id{static_cast<std::int32_t>(i)};
    if (value.kind == ValueKind::variable) known[id] = value.variable->value;
    if (value.kind == ValueKind::constant) known[id] = value.constant;
  }
  for (const Node& node : graph.nodes()) {
    if (!std::ranges::all_of(node.inputs, [&](ValueId id) { return known.contains(id); })) continue;
    if (node.op == &rsqrt_def) {
      const Tensor& values = known.at(node.inputs[0]);
      Tensor result(DType::float32, values.shape());
      rsqrt(values.as<float>(), result.as<float>());
      known[node.outputs[0]] = std::move(result);
      continue;
    }
    if (node.op->name == "reshape") {
      known[node.outputs[0]] = known.at(node.inputs[0]).reshaped(graph.shape(node.outputs[0]));
      continue;
    }
    const auto* foldable = std::ranges::find(kFoldable, node.op->name, &Foldable::op);
    if (foldable == std::end(kFoldable)) continue;
    const Shape& shape = graph.shape(node.outputs[0]);
    const Tensor& a = known.at(node.inputs[0]);
    const Tensor& b = known.at(node.inputs.back());
    Tensor result(DType::float32, shape);
    for (std::int64_t i = 0; i < result.elements(); ++i) {
      result.as<float>()[static_cast<std::size_t>(i)] = foldable->function(element(a, shape, i), element(b, shape, i));
    }
    known[node.outputs[0]] = std::move(result);
  }
  return known;
}

}  // namespace mltk::quantize
