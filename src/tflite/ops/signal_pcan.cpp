#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

Kernel prepare(const OpContext& op) {
  using enum TensorType;
  require_types(op, {uint32, uint32, int16}, {uint32});
  require_rank(op, op.input(0), 1);
  require_shape(op, op.input(1), op.input(0).shape);
  require_shape(op, op.output(), op.input(0).shape);
  if (elements(op.input(2)) < micro::kPcanTableSize) {
    op.fail("the gain table has {} values; expected {}.", elements(op.input(2)), micro::kPcanTableSize);
  }
  const std::int32_t shift = FlexOptions(op).integer_within("snr_shift", 0, 63);
  return [=, count = op.input(0).shape[0], in = op.input_slot(0), noise = op.input_slot(1), table = op.input_slot(2),
          out = op.output_slot()](Buffers buffers) {
    micro::pcan(input_data<std::uint32_t>(buffers, in), input_data<std::uint32_t>(buffers, noise),
                input_data<std::int16_t>(buffers, table), shift, count, output_data<std::uint32_t>(buffers, out));
  };
}

}  // namespace

extern const OpDef signal_pcan_def = {
    .code = BuiltinOperator::custom, .custom_code = "SignalPCAN", .prepare = prepare, .data = {4, 4}};

}  // namespace mltk::tflite
