#include "tflite/ops/call_once.h"

#include "tflite/ops/call.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<CallOnceOptions>(103);

/// Runs a subgraph in the first inference after a reset: it gives variables their first values.
Kernel prepare(const OpContext& op) {
  if (op.input_count() != 0 || op.output_count() != 0) op.fail("it has inputs or outputs; expected none.");
  return [call = call_of(op, op.options<CallOnceOptions>().init_subgraph, {}, {}),
          done = op.state_slot()](Buffers buffers) {
    if (*buffers[done] != 0) return;
    call.run(buffers);
    *buffers[done] = 1;
  };
}

std::vector<std::int32_t> subgraphs(const Operator& op) { return {options_as<CallOnceOptions>(op).init_subgraph}; }

}  // namespace

extern const OpDef call_once_def = {
    .code = BuiltinOperator::call_once,
    .options = &kOptions,
    .prepare = prepare,
    .subgraphs = subgraphs,
    .state = [](const OpContext&) { return std::int64_t{1}; },
    .parsed_options = {4, 4, 4},
    .data = {8, 8},
};

}  // namespace mltk::tflite
