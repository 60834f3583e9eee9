#include "keras/layers/recurrent.h"

#include <algorithm>

#include "graph/ops/add.h"
#include "graph/ops/broadcast.h"
#include "graph/ops/matmul.h"
#include "graph/ops/mul.h"
#include "graph/ops/reshape.h"
#include "graph/ops/select.h"
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
  if (graph.deployed() && !context.mask().valid()) return graph.add_constant(Tensor(DType::float32, {1, units}));
  return ops::broadcast(graph, graph.add_scalar(0), {kBatch, units});
}

/// The states that a call gives behind the input, else zeros.
std::vector<ValueId> first_states(const CallContext& context, const Cell& cell) {
  if (context.inputs.size() == 1) return std::vector<ValueId>(cell.states, zero_state(context));
  const auto units = context.layer.get<std::int64_t>("units");
  const auto given = context.inputs.subspan(1);
  if (given.size() != cell.states) {
    fail(ErrorKind::invalid_argument, "initial_state has {} tensors, expected {}", given.size(), cell.states);
  }
  for (const ValueId state : given) {
    if (context.graph.shape(state) != Shape{kBatch, units}) {
      fail(ErrorKind::invalid_argument, "a tensor of initial_state is {}, expected {}",
           to_string(context.graph.shape(state)), to_string(Shape{kBatch, units}));
    }
  }
  return {given.begin(), given.end()};
}

/// The mask of each step, [N, 1]; empty: all steps count.
std::vector<ValueId> step_masks(const CallContext& context, std::size_t steps) {
  const ValueId mask = context.mask();
  if (!mask.valid()) return {};
  const Shape expected = {kBatch, static_cast<std::int64_t>(steps)};
  if (context.graph.shape(mask) != expected) {
    fail(ErrorKind::invalid_argument, "the mask is {}, expected {}", to_string(context.graph.shape(mask)),
         to_string(expected));
  }
  const ValueId columns = ops::reshape(context.graph, mask, {kBatch, expected[1], 1});
  return ops::unstack(context.graph, columns, {1});
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
  std::vector<ValueId> masks = step_masks(context, steps.size());
  if (context.layer.get<bool>("go_backwards")) {
    std::ranges::reverse(steps);
    std::ranges::reverse(masks);
  }
  std::vector<ValueId> states = first_states(context, cell);
  std::vector<ValueId> outputs;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const ValueId input = graph.deployed() ? project(context, cell, steps[i]) : steps[i];
    std::vector<ValueId> after = cell.step(context, input, states);
    if (masks.empty()) {
      outputs.push_back(after[0]);
    } else {
      // A masked step leaves the states and repeats the output before it.
      const ValueId before = outputs.empty() || context.zero_masked_outputs ? zero_state(context) : outputs.back();
      outputs.push_back(ops::select(graph, masks[i], after[0], before));
      for (std::size_t k = 0; k < after.size(); ++k) after[k] = ops::select(graph, masks[i], after[k], states[k]);
    }
    states = std::move(after);
  }
  std::vector<ValueId> results = {context.layer.get<bool>("return_sequences") ? ops::stack(graph, outputs, 1)
                                                                              : outputs.back()};
  if (context.layer.get<bool>("return_state")) results.insert(results.end(), states.begin(), states.end());
  return results;
}

ValueId mask_of_steps(const CallContext& context) {
  return context.layer.get<bool>("return_sequences") ? context.mask() : ValueId{};
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
