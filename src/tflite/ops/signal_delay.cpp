#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

struct Delay {
  std::int32_t frame;
  std::int32_t length;
  std::int64_t rows;
};

Delay delay_of(const OpContext& op) {
  using enum TensorType;
  require_types(op, {int16}, {int16});
  require_same_elements(op);
  const std::int32_t frame = frame_of(op, op.input(0));
  return {frame, FlexOptions(op).integer_within("delay_length", 0, 1 << 20), elements(op.input(0)) / frame};
}

/// The state of a row: the last `length` samples.
Kernel prepare(const OpContext& op) {
  const Delay delay = delay_of(op);
  return [=, in = op.input_slot(0), out = op.output_slot(), state = op.state_slot()](Buffers buffers) {
    const std::int16_t* input = input_data<std::int16_t>(buffers, in);
    std::int16_t* output = output_data<std::int16_t>(buffers, out);
    std::int16_t* held = output_data<std::int16_t>(buffers, state);
    for (std::int64_t row = 0; row < delay.rows; ++row) {
      const std::int32_t kept = std::min(delay.length, delay.frame);
      std::copy_n(held, kept, output);
      std::copy_n(input, delay.frame - kept, output + kept);
      std::copy(held + kept, held + delay.length, held);
      std::copy_n(input + delay.frame - kept, kept, held + delay.length - kept);
      input += delay.frame;
      output += delay.frame;
      held += delay.length;
    }
  };
}

std::int64_t state(const OpContext& op) {
  const Delay delay = delay_of(op);
  return 2 * delay.rows * delay.length;
}

std::vector<ArenaBytes> arrays(const OpContext& op) {
  const Delay delay = delay_of(op);
  return ring_arrays(delay.rows, delay.frame + delay.length);
}

}  // namespace

extern const OpDef signal_delay_def = {.code = BuiltinOperator::custom,
                                       .custom_code = "SignalDelay",
                                       .prepare = prepare,
                                       .state = state,
                                       .data = {32, 20},
                                       .arrays = arrays};

}  // namespace mltk::tflite
