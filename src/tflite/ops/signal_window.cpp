#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

Kernel prepare(const OpContext& op) {
  using enum TensorType;
  require_types(op, {int16, int16}, {int16});
  require_rank(op, op.input(1), 1);
  require_same_elements(op);
  const std::int32_t size = frame_of(op, op.input(1));
  if (frame_of(op, op.input(0)) % size != 0) {
    op.fail("the window has {} values; frames of {} are no multiple of it.", size, op.input(0).shape.back());
  }
  const std::int32_t shift = FlexOptions(op).integer_within("shift", 0, 31);
  return [=, in = op.input_slot(0), window = op.input_slot(1), out = op.output_slot(),
          count = elements(op.input(0))](Buffers buffers) {
    for (std::int64_t i = 0; i < count; i += size) {
      micro::apply_window(input_data<std::int16_t>(buffers, in) + i, input_data<std::int16_t>(buffers, window), size,
                          shift, output_data<std::int16_t>(buffers, out) + i);
    }
  };
}

}  // namespace

extern const OpDef signal_window_def = {
    .code = BuiltinOperator::custom, .custom_code = "SignalWindow", .prepare = prepare, .data = {8, 8}};

}  // namespace mltk::tflite
