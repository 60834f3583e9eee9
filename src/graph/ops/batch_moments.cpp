#include "graph/ops/batch_moments.h"

#include "graph/ops/add.h"
#include "graph/ops/batch_size.h"
#include "graph/ops/broadcast.h"
#include "graph/ops/div.h"
#include "graph/ops/mul.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any&, std::span<const ValueType> inputs) {
  const Shape& shape = inputs[0].shape;
  if (shape.rank() < 2 || !shape.batched()) {
    fail(ErrorKind::invalid_argument, "batch statistics need a batch and a channel axis; the input is {}",
         to_string(shape));
  }
  const ValueType channels{DType::float32, Shape{shape.back()}};
  return {channels, channels};
}

/// Chan, Golub and LeVeque 1979: merge means and variances of slices, weighted by their number of samples.
void combine(const Node&, std::span<const std::vector<std::span<const float>>> partials,
             std::span<const std::int64_t> samples, std::span<const std::span<float>> results) {
  for (std::size_t c = 0; c < results[0].size(); ++c) {
    double mean = partials[0][0][c];
    double variance = partials[0][1][c];
    auto count = static_cast<double>(samples[0]);
    for (std::size_t i = 1; i < partials.size(); ++i) {
      const auto more = static_cast<double>(samples[i]);
      const double total = count + more;
      const double delta = partials[i][0][c] - mean;
      variance = (variance * count + partials[i][1][c] * more) / total + delta * delta * count * more / (total * total);
      mean += delta * more / total;
      count = total;
    }
    results[0][c] = static_cast<float>(mean);
    results[1][c] = static_cast<float>(variance);
  }
}

// dx = (d_mean + 2 * (x - mean) * d_variance) / n, n = elements per channel
std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId x = graph[id].inputs[0];
  const ValueId mean = graph[id].outputs[0];
  const Shape& shape = graph.shape(x);
  const auto per_sample = static_cast<float>(shape.elements() / shape.back());
  const ValueId count = ops::mul(graph, ops::batch_size(graph, x), graph.add_scalar(per_sample));
  ValueId dx;
  if (output_gradients[1].valid()) {
    const ValueId scale = ops::div(graph, ops::mul(graph, output_gradients[1], graph.add_scalar(2)), count);
    dx = ops::mul(graph, ops::sub(graph, x, mean), scale);
  }
  if (output_gradients[0].valid()) {
    const ValueId share = ops::div(graph, output_gradients[0], count);
    dx = dx.valid() ? ops::add(graph, dx, share) : ops::broadcast(graph, share, graph.shape(x));
  }
  return {dx};
}

}  // namespace

const OpDef batch_moments_def = {.name = "batch_moments", .infer = infer, .gradient = gradient, .combine = combine};

ops::Moments ops::batch_moments(Graph& graph, ValueId x) {
  const auto outputs = graph.add_node(batch_moments_def, {}, {x});
  return {.mean = outputs[0], .variance = outputs[1]};
}

}  // namespace mltk
