#include <algorithm>

#include "tflite/ops/common.h"
#include "tflite/ops/flex_options.h"

namespace mltk::tflite {
namespace {

/// Inferences until the later operators run. Old files do not say it; the device guesses it from the shape.
std::int32_t cycles_of(const OpContext& op) {
  if (op.op().custom_options.empty()) {
    op.fail("the file does not say 'cycles_max'; models without it do not run.");
  }
  return FlexOptions(op).integer_within("cycles_max", 1, 1 << 20);
}

/// The output is the memory: its oldest slice goes, the input comes last. The state counts inferences.
Kernel prepare(const OpContext& op) {
  if (!all_types(op, TensorType::int8, {0}) || op.output().type != TensorType::int8) op.fail_types();
  const Tensor& input = op.input(0);
  const Tensor& output = op.output();
  require_rank(op, input, 4);
  require_rank(op, output, 4);
  require_shape(op, input, {output.shape[0], 1, output.shape[2], output.shape[3]});
  const std::int32_t cycles = cycles_of(op);
  return [=, in = op.input_slot(0), out = op.output_slot(), state = op.state_slot(),
          slots = std::ptrdiff_t{output.shape[1]},
          depth = std::ptrdiff_t{output.shape[2]} * output.shape[3]](Buffers buffers) {
    std::int8_t* memory = output_data<std::int8_t>(buffers, out);
    std::copy(memory + depth, memory + slots * depth, memory);
    std::copy_n(input_data<std::int8_t>(buffers, in), depth, memory + (slots - 1) * depth);
    auto* count = output_data<std::int32_t>(buffers, state);
    if (++*count < cycles) throw InferenceEnds{};
    *count = 0;
  };
}

}  // namespace

extern const OpDef circular_buffer_def = {
    .code = BuiltinOperator::custom,
    .custom_code = "CIRCULAR_BUFFER",
    .prepare = prepare,
    .state = [](const OpContext&) { return std::int64_t{4}; },
    .data = {8, 8},
};

}  // namespace mltk::tflite
