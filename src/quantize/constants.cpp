#include "quantize/constants.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "graph/broadcasting.h"
#include "graph/composition.h"
#include "graph/ops/matmul.h"
#include "graph/ops/split.h"
#include "graph/ops/unstack.h"

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

Tensor matrix_product(const Tensor& a, const Tensor& b) {
  const std::int64_t inner = b.shape()[0];
  const std::int64_t columns = b.shape()[1];
  Tensor product(DType::float32, {a.shape()[0], columns});
  const auto x = a.as<float>();
  const auto y = b.as<float>();
  for (std::int64_t i = 0; i < product.elements(); ++i) {
    const auto row = x.subspan(static_cast<std::size_t>(i / columns * inner), static_cast<std::size_t>(inner));
    float sum = 0;
    for (std::int64_t k = 0; k < inner; ++k)
      sum += row[static_cast<std::size_t>(k)] * y[static_cast<std::size_t>(k * columns + i % columns)];
    product.as<float>()[static_cast<std::size_t>(i)] = sum;
  }
  return product;
}

/// Deal out x along an axis to parts of a shape, in turn.
std::vector<Tensor> deal(const Tensor& x, std::size_t axis, const Shape& part, std::size_t parts) {
  std::size_t length = 1;
  for (std::size_t i = axis; i < part.rank(); ++i) length *= static_cast<std::size_t>(part[i]);
  std::vector<Tensor> results;
  for (std::size_t i = 0; i < parts; ++i) results.emplace_back(DType::float32, part);
  const auto from = x.as<float>();
  for (std::size_t k = 0; k * length < from.size(); ++k) {
    const auto to = results[k % parts].as<float>().subspan(k / parts * length, length);
    std::ranges::copy(from.subspan(k * length, length), to.begin());
  }
  return results;
}

/// An element function of constants; empty when the operator is none that folds.
std::vector<Tensor> apply_elements(const Node& node, const Shape& shape, const Tensor& a, const Tensor& b) {
  const auto* foldable = std::ranges::find(kFoldable, node.op->name, &Foldable::op);
  if (foldable == std::end(kFoldable)) return {};
  Tensor result(DType::float32, shape);
  for (std::int64_t i = 0; i < result.elements(); ++i) {
    result.as<float>()[static_cast<std::size_t>(i)] = foldable->function(element(a, shape, i), element(b, shape, i));
  }
  return {result};
}

/// The results of a node whose inputs are constants; empty when it does not fold.
std::vector<Tensor> evaluate(const Graph& graph, const Node& node, const std::map<ValueId, Tensor>& known,
                             const Rsqrt& rsqrt) {
  const Tensor& first = known.at(node.inputs[0]);
  const Tensor& last = known.at(node.inputs.back());
  const Shape& shape = graph.shape(node.outputs[0]);
  const std::string_view op = node.op->name;
  if (op == "rsqrt") {
    Tensor result(DType::float32, shape);
    rsqrt(first.as<float>(), result.as<float>());
    return {result};
  }
  if (op == "reshape") return {first.reshaped(shape)};
  if (op == "unstack") return deal(first, node.as<UnstackAttributes>().axis, shape, node.outputs.size());
  if (op == "split") {
    const std::int64_t axis = resolve_axis(shape, node.as<SplitAttributes>().axis);
    return deal(first, static_cast<std::size_t>(axis), shape, node.outputs.size());
  }
  if (op == "matmul") {
    const auto& [transpose_a, transpose_b] = node.as<MatmulAttributes>();
    const bool plain = !transpose_a && !transpose_b && first.shape().rank() == 2;
    return plain ? std::vector{matrix_product(first, last)} : std::vector<Tensor>();
  }
  return apply_elements(node, shape, first, last);
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
    if (node.inputs.empty() || !std::ranges::all_of(node.inputs, [&](ValueId id) { return known.contains(id); }))
      continue;
    std::vector<Tensor> results = evaluate(graph, node, known, rsqrt);
    for (std::size_t i = 0; i < results.size(); ++i) known[node.outputs[i]] = std::move(results[i]);
  }
  return known;
}

}  // namespace mltk::quantize
