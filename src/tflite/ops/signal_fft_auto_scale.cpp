#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

Kernel prepare(const OpContext& op) {
  using enum TensorType;
  require_types(op, {int16}, {int16, int32});
  require_rank(op, op.input(0), 1);
  require_rank(op, op.output(1), 0);
  require_same_elements(op);
  return [size = op.input(0).shape[0], in = op.input_slot(0), out = op.output_slot(0),
          shift = op.output_slot(1)](Buffers buffers) {
    *output_data<std::int32_t>(buffers, shift) =
        micro::fft_auto_scale(input_data<std::int16_t>(buffers, in), size, output_data<std::int16_t>(buffers, out));
  };
}

}  // namespace

extern const OpDef signal_fft_auto_scale_def = {
    .code = BuiltinOperator::custom, .custom_code = "SignalFftAutoScale", .prepare = prepare};

}  // namespace mltk::tflite
