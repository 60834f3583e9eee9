#include "graph/ops/add.h"
#include "graph/ops/matmul.h"
#include "keras/layers/recurrent.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"units", ArgumentKind::positive, "", "number of outputs"},
    {"activation", ArgumentKind::activation, R"("tanh")", "of the outputs"},
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
    {"return_sequences", ArgumentKind::flag, "false", "the outputs of all steps instead of the last one's"},
    {"return_state", ArgumentKind::flag, "false", "give the last states, too"},
    {"go_backwards", ArgumentKind::flag, "false", "from the last step to the first"},
    {"stateful", ArgumentKind::off, "false", "keep states from batch to batch"},
    {"time_major", ArgumentKind::off, "false", "steps before the batch"},
    {"unroll", ArgumentKind::flag, "false", "makes no difference here"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  return cell_weights(layer, inputs[0], "simple_rnn_cell", 1);
}

std::vector<ValueId> step(const CallContext& context, ValueId input, std::span<const ValueId> states) {
  Graph& graph = context.graph;
  const ValueId recurrent = ops::matmul(graph, dropped_state(context, states[0]),
                                        cell_weight(context, "simple_rnn_cell", "recurrent_kernel"));
  return {activate(context, "activation", ops::add(graph, input, recurrent))};
}

std::vector<ValueId> call(const CallContext& context) {
  return unroll(context, {.name = "simple_rnn_cell", .states = 1, .step = step});
}

}  // namespace

extern const LayerDef simple_rnn_def;
const LayerDef simple_rnn_def = {.class_name = "SimpleRNN",
                                 .arguments = kArguments,
                                 .most_inputs = 2,
                                 .weights = weights,
                                 .call_all = call,
                                 .state_path = "cell",
                                 .mask = mask_of_steps};

}  // namespace mltk::keras
