#include "tflite/ops/if.h"

#include "tflite/ops/call.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<IfOptions>(92);

/// Inputs: the condition, then the inputs of both branches.
Kernel prepare(const OpContext& op) {
  const auto options = op.options<IfOptions>();
  if (op.input(0).type != TensorType::boolean) op.fail_types();
  if (elements(op.input(0)) != 1) op.fail("the condition [{}] must be one value.", shape_text(op.input(0).shape));
  const std::vector<std::int32_t> inputs(op.op().inputs.begin() + 1, op.op().inputs.end());
  return [yes = call_of(op, options.then_subgraph, inputs, op.op().outputs),
          no = call_of(op, options.else_subgraph, inputs, op.op().outputs), condition = op.input_slot(0),
          own_inputs = inputs_of(op, 1), own_outputs = outputs_of(op)](Buffers buffers) {
    const Call& call = buffers[condition][0] != 0 ? yes : no;
    own_inputs.copy_to(call.inputs, buffers);
    call.run(buffers);
    call.outputs.copy_to(own_outputs, buffers);
  };
}

std::vector<std::int32_t> subgraphs(const Operator& op) {
  const auto options = options_as<IfOptions>(op);
  return {options.then_subgraph, options.else_subgraph};
}

}  // namespace

extern const OpDef if_def = {
    .code = BuiltinOperator::if_,
    .options = &kOptions,
    .prepare = prepare,
    .subgraphs = subgraphs,
    .parsed_options = {8, 8, 4},
    .data = {8, 8},
    .opened = opens<0>,
};

}  // namespace mltk::tflite
