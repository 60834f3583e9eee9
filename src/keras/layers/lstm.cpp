#include <algorithm>

#include "graph/ops/add.h"
#include "graph/ops/matmul.h"
#include "graph/ops/mul.h"
#include "graph/ops/reverse.h"
#include "graph/ops/sequence_lstm.h"
#include "graph/ops/split.h"
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
    {"unit_forget_bias", ArgumentKind::flag, "true", "the forget gate's bias begins with 1"},
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
    {"unroll", ArgumentKind::flag, "false", "deployed as the operators of each step instead of one for all"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  std::vector<WeightDef> weights = cell_weights(layer, inputs[0], "lstm_cell", 4);
  if (layer.get<bool>("use_bias") && layer.get<bool>("unit_forget_bias")) {
    weights.back().adjust = [](std::span<float> bias) {
      std::ranges::fill(bias.subspan(bias.size() / 4, bias.size() / 4), 1.0F);
    };
  }
  return weights;
}

// Hochreiter and Schmidhuber 1997 with a forget gate; gates in Keras' order: input, forget, cell, output.
std::vector<ValueId> step(const CallContext& context, ValueId input, std::span<const ValueId> states) {
  Graph& graph = context.graph;
  const ValueId recurrent =
      ops::matmul(graph, dropped_state(context, states[0]), cell_weight(context, "lstm_cell", "recurrent_kernel"));
  const ValueId sum = with_cell_bias(context, "lstm_cell", ops::add(graph, input, recurrent));
  const std::vector<ValueId> gates = ops::split(graph, sum, {.axis = 1, .parts = 4});
  const auto gate = [&](std::size_t i) { return activate(context, "recurrent_activation", gates[i]); };
  const ValueId input_gate = gate(0);
  const ValueId kept = ops::mul(graph, gate(1), states[1]);
  const ValueId output_gate = gate(3);
  const ValueId added = ops::mul(graph, input_gate, activate(context, "activation", gates[2]));
  const ValueId cell = ops::add(graph, kept, added);
  return {ops::mul(graph, output_gate, activate(context, "activation", cell)), cell};
}

/// Whether a device's operator does what the layer does.
bool is_plain(const Layer& layer) {
  return layer.argument("activation") == "tanh" && layer.argument("recurrent_activation") == "sigmoid" &&
         layer.get<bool>("use_bias") && !layer.get<bool>("unroll") && !layer.get<bool>("return_state");
}

std::vector<ValueId> call(const CallContext& context) {
  if (context.graph.deployed() && is_plain(context.layer) && context.inputs.size() == 1 && !context.mask().valid()) {
    const auto weight = [&](std::string_view name) { return cell_weight(context, "lstm_cell", name); };
    ValueId x = context.input();
    if (context.layer.get<bool>("go_backwards")) x = ops::reverse(context.graph, x, {1});
    return {ops::sequence_lstm(context.graph, x, weight("kernel"), weight("recurrent_kernel"), weight("bias"),
                               {context.layer.get<bool>("return_sequences")})};
  }
  return unroll(context, {.name = "lstm_cell", .states = 2, .step = step, .step_adds_bias = true});
}

}  // namespace

extern const LayerDef lstm_def;
const LayerDef lstm_def = {.class_name = "LSTM",
                           .arguments = kArguments,
                           .most_inputs = 3,
                           .weights = weights,
                           .call_all = call,
                           .state_path = "cell",
                           .mask = mask_of_steps};

}  // namespace mltk::keras
