#include "graph/ops/add.h"
#include "graph/ops/matmul.h"
#include "graph/ops/mul.h"
#include "graph/ops/split.h"
#include "graph/ops/sub.h"
#include "graph/ops/unstack.h"
#include "keras/layers/recurrent.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"units", ArgumentKind::positive, "", "number of outputs"},
    {"activation", ArgumentKind::activation, R"("tanh")", "of the outputs"},
    {"recurrent_activation", ArgumentKind::activation, R"("sigmoid")", "of the gates"},
    {"use_bias", ArgumentKind::flag, "true", "add a bias"},
    {"kernel_initializer", ArgumentKind::initializer, R"("glorot_uniform")", "first values of the input kernel"},
    {"recurrent_initializer", ArgumentKind::initializer, R"("orthogonal")", "first values of the recurrent kernel"},
    {"bias_initializer", ArgumentKind::initializer, R"("zeros")", "first values of the bias"},
    {"kernel_regularizer", ArgumentKind::regularizer, "null", "penalty on the input kernel"},
    {"recurrent_regularizer", ArgumentKind::regularizer, "null", "penalty on the recurrent kernel"},
    {"bias_regularizer", ArgumentKind::regularizer, "null", "penalty on the bias"},
    {"activity_regularizer", ArgumentKind::regularizer, "null", "penalty on the output"},
    {"kernel_constraint", ArgumentKind::constraint, "null", "constraint on the input kernel"},
    {"recurrent_constraint", ArgumentKind::constraint, "null", "constraint on the recurrent kernel"},
    {"bias_constraint", ArgumentKind::constraint, "null", "constraint on the bias"},
    {"dropout", ArgumentKind::rate, "0.0", "share of inputs that become 0, the same ones in all steps"},
    {"recurrent_dropout", ArgumentKind::rate, "0.0", "share of states that become 0, the same ones in all steps"},
    {"implementation", ArgumentKind::positive, "2", "makes no difference here"},
    {"return_sequences", ArgumentKind::flag, "false", "the outputs of all steps instead of the last one's"},
    {"return_state", ArgumentKind::flag, "false", "give the last states, too"},
    {"go_backwards", ArgumentKind::flag, "false", "from the last step to the first"},
    {"stateful", ArgumentKind::off, "false", "keep states from batch to batch"},
    {"time_major", ArgumentKind::off, "false", "steps before the batch"},
    {"unroll", ArgumentKind::flag, "false", "makes no difference here"},
    {"reset_after", ArgumentKind::flag, "true", "the reset gate acts after the recurrent product"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  return cell_weights(layer, inputs[0], "gru_cell", 3, layer.get<bool>("reset_after") ? 2 : 1);
}

/// The state's product with the recurrent kernel, and with the second row of the bias.
ValueId recurrent_product(const CallContext& context, ValueId state) {
  Graph& graph = context.graph;
  const ValueId product = ops::matmul(graph, state, cell_weight(context, "gru_cell", "recurrent_kernel"));
  if (!context.layer.get<bool>("use_bias")) return product;
  return ops::add(graph, product, ops::unstack(graph, cell_weight(context, "gru_cell", "bias"), {0})[1]);
}

/// The new values when the reset gate acts on the state before the product (Cho et al. 2014).
ValueId reset_before(const CallContext& context, std::span<const ValueId> inputs, ValueId state,
                     std::vector<ValueId>& gates) {
  Graph& graph = context.graph;
  const std::vector<ValueId> kernels = [&] {
    const ValueId kernel = cell_weight(context, "gru_cell", "recurrent_kernel");
    return ops::split(graph, kernel, {.parts = 3});
  }();
  const ValueId seen = dropped_state(context, state);
  for (std::size_t i = 0; i < 2; ++i) {
    const ValueId sum = ops::add(graph, inputs[i], ops::matmul(graph, seen, kernels[i]));
    gates.push_back(activate(context, "recurrent_activation", sum));
  }
  const ValueId product = ops::matmul(graph, ops::mul(graph, gates[1], seen), kernels[2]);
  return activate(context, "activation", ops::add(graph, inputs[2], product));
}

/// The new values when it acts on the product.
ValueId reset_after(const CallContext& context, std::span<const ValueId> inputs, ValueId state,
                    std::vector<ValueId>& gates) {
  Graph& graph = context.graph;
  const auto recurrent =
      ops::split(graph, recurrent_product(context, dropped_state(context, state)), {.parts = 3, .lists_sizes = true});
  for (std::size_t i = 0; i < 2; ++i) {
    gates.push_back(activate(context, "recurrent_activation", ops::add(graph, inputs[i], recurrent[i])));
  }
  return activate(context, "activation", ops::add(graph, inputs[2], ops::mul(graph, gates[1], recurrent[2])));
}

// Gates in Keras' order: update, reset, new values.
std::vector<ValueId> step(const CallContext& context, ValueId input, std::span<const ValueId> states) {
  Graph& graph = context.graph;
  const std::vector<ValueId> inputs = ops::split(graph, input, {.parts = 3});
  std::vector<ValueId> gates;
  const ValueId values = context.layer.get<bool>("reset_after") ? reset_after(context, inputs, states[0], gates)
                                                                : reset_before(context, inputs, states[0], gates);
  const ValueId kept = ops::mul(graph, gates[0], states[0]);
  const ValueId rest = ops::sub(graph, graph.add_scalar(1), gates[0]);
  return {ops::add(graph, kept, ops::mul(graph, rest, values))};
}

std::vector<ValueId> call(const CallContext& context) {
  return unroll(context, {.name = "gru_cell", .states = 1, .step = step});
}

}  // namespace

extern const LayerDef gru_def;
const LayerDef gru_def = {.class_name = "GRU",
                          .arguments = kArguments,
                          .most_inputs = 2,
                          .weights = weights,
                          .call_all = call,
                          .state_path = "cell",
                          .mask = mask_of_steps};

}  // namespace mltk::keras
