#include "keras/layers/recurrent.h"

#include <algorithm>

#include "graph/ops/add.h"
#include "graph/ops/broadcast.h"
#include "graph/ops/matmul.h"
#include "graph/ops/mul.h"
#include "graph/ops/unstack.h"
#include "keras/activation.h"
#include "keras/layers/noise.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

/// The product of x with the input kernel.
ValueId project(const CallContext& context, const Cell& cell, ValueId x) {
  const ValueId product = ops::matmul(context.graph, x, cell_weight(context, cell.name, "kernel"));
  return cell.step_adds_bias ? product : with_cell_bias(context, cell.name, product);
}

/// The inputs of each step: their products with the input kernel, [N, gates * units]. In a deployed graph the steps
/// themselves, [N, features]: it has a product in each step, as the converter writes it. One for all is faster.
std::vector<ValueId> step_inputs(const CallContext& context, const Cell& cell) {
  Graph& graph = context.graph;
  ValueId x = context.input();
  const auto rate = context.layer.get<float>("dropout");
  if (context.training && rate > 0) {
    x = ops::mul(graph, x, mask_of(context, rate, {kBatch, 1, context.shape()[2]}));
  }
  return ops::unstack(graph, graph.deployed() ? x : project(context, cell, x), {1});
}

/// A state before the first step. A device has one for any batch, so that what depends on it alone is constant.
ValueId zero_state(const CallContext& context) {
  Graph& graph = context.graph;
  const auto units = context.layer.get<std::int64_t>("units");
  if (graph.deployed()) return graph.add_constant(Tensor(DType::float32, {1, units}));
  return ops::broadcast(graph, graph.add_scalar(0), {kBatch, units});
}

}  // namespace

std::vector<WeightDef> cell_weights(const Layer& layer, const Shape& input, std::string_view cell, std::int64_t gates,
                                    std::int64_t bias_rows) {
  check_rank(input, 3, "(batch, steps, features)");
  const auto units = layer.get<std::int64_t>("units");
  const auto path = [&](std::string_view name) { return fmt::format("{}/{}", cell, name); };
  std::vector<WeightDef> weights = {
      {path("kernel"), {input[2], gates * units}, "kernel_initializer", "kernel_regularizer"},
      {path("recurrent_kernel"), {units, gates * units}, "recurrent_initializer", "recurrent_regularizer"}};
  if (layer.get<bool>("use_bias")) {
    const Shape shape = bias_rows == 1 ? Shape{gates * units} : Shape{bias_rows, gates * units};
    weights.push_back({path("bias"), shape, "bias_initializer", "bias_regularizer"});
  }
  return weights;
}

std::vector<ValueId> unroll(const CallContext& context, const Cell& cell) {
  Graph& graph = context.graph;
  std::vector<ValueId> steps = step_inputs(context, cell);
  if (context.layer.get<bool>("go_backwards")) std::ranges::reverse(steps);
  std::vector<ValueId> states(cell.states, zero_state(context));
  std::vector<ValueId> outputs;
  for (const ValueId step : steps) {
    states = cell.step(context, graph.deployed() ? project(context, cell, step) : step, states);
    outputs.push_back(states[0]);
  }
  std::vector<ValueId> results = {context.layer.get<bool>("return_sequences") ? ops::stack(graph, outputs, 1)
                                                                              : outputs.back()};
  if (context.layer.get<bool>("return_state")) results.insert(results.end(), states.begin(), states.end());
  return results;
}

ValueId cell_weight(const CallContext& context, std::string_view cell, std::string_view name) {
  return context.weight(fmt::format("{}/{}", cell, name));
}

ValueId dropped_state(const CallContext& context, ValueId state) {
  const auto rate = context.layer.get<float>("recurrent_dropout");
  if (!context.training || rate == 0) return state;
  const DropoutMaskAttributes mask{rate, stream_of(context.layer.name() + "/state"), context.graph.shape(state)};
  return ops::mul(context.graph, state, ops::dropout_mask(context.graph, state, mask));
}

ValueId activate(const CallContext& context, const char* argument, ValueId x) {
  return find_activation(context.layer.get<std::string>(argument)).build(context.graph, x);
}

ValueId with_cell_bias(const CallContext& context, std::string_view cell, ValueId x) {
  if (!context.layer.get<bool>("use_bias")) return x;
  Graph& graph = context.graph;
  ValueId bias = cell_weight(context, cell, "bias");
  if (graph.shape(bias).rank() == 2) bias = ops::unstack(graph, bias, {0})[0];
  return ops::add(graph, x, bias);
}

}  // namespace mltk::keras
