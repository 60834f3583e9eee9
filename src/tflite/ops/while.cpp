#include "tflite/ops/while.h"

#include "tflite/ops/call.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<WhileOptions>(93);

/// The outputs carry the values of the loop, as they do on the device.
Kernel prepare(const OpContext& op) {
  const auto options = op.options<WhileOptions>();
  return [body = call_of(op, options.body_subgraph, op.op().inputs, op.op().outputs),
          test = condition_of(op, options.cond_subgraph, op.op().inputs), own_inputs = inputs_of(op, 0),
          own_outputs = outputs_of(op), where = op.where()](Buffers buffers) {
    own_inputs.copy_to(own_outputs, buffers);
    const auto goes_on = [&] {
      own_outputs.copy_to(test.inputs, buffers);
      test.run(buffers);
      return buffers[test.outputs.items[0].slot][0] != 0;
    };
    constexpr int kMostSteps = 1 << 24;
    for (int step = 0; goes_on(); ++step) {
      if (step == kMostSteps) fail(ErrorKind::invalid_data, "{}: the loop does not end in {} steps.", where, step);
      own_outputs.copy_to(body.inputs, buffers);
      body.run(buffers);
      body.outputs.copy_to(own_outputs, buffers);
    }
  };
}

std::vector<std::int32_t> subgraphs(const Operator& op) {
  const auto options = options_as<WhileOptions>(op);
  return {options.cond_subgraph, options.body_subgraph};
}

}  // namespace

extern const OpDef while_def = {
    .code = BuiltinOperator::while_,
    .options = &kOptions,
    .prepare = prepare,
    .subgraphs = subgraphs,
    .parsed_options = {8, 8, 4},
    .data = {8, 8},
    .opened = opens<>,
};

}  // namespace mltk::tflite
