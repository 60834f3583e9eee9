#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

Kernel prepare(const OpContext& op) {
  using enum TensorType;
  require_types(op, {int16}, {uint32});
  require_rank(op, op.input(0), 1);
  require_rank(op, op.output(), 1);
  const std::int32_t bins = std::min(op.input(0).shape[0] / 2, op.output().shape[0]);
  const FlexOptions options(op);
  const std::int32_t last = options.integer_within("end_index", 0, bins);
  const std::int32_t first = options.integer_within("start_index", 0, last);
  return [=, in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    micro::energy(input_data<micro::Complex<std::int16_t>>(buffers, in), first, last,
                  output_data<std::uint32_t>(buffers, out));
  };
}

}  // namespace

extern const OpDef signal_energy_def = {
    .code = BuiltinOperator::custom, .custom_code = "SignalEnergy", .prepare = prepare, .data = {8, 8}};

}  // namespace mltk::tflite
