#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

Kernel prepare(const OpContext& op) {
  using enum TensorType;
  require_types(op, {uint32}, {int16});
  require_rank(op, op.input(0), 1);
  require_same_elements(op);
  const FlexOptions options(op);
  const std::int32_t correction_bits = options.integer_within("input_correction_bits", 0, 31);
  const auto scale = static_cast<std::uint32_t>(options.integer("output_scale"));
  return [=, count = op.input(0).shape[0], in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    micro::filter_bank_log(input_data<std::uint32_t>(buffers, in), count, scale, correction_bits,
                           output_data<std::int16_t>(buffers, out));
  };
}

}  // namespace

extern const OpDef signal_filter_bank_log_def = {
    .code = BuiltinOperator::custom, .custom_code = "SignalFilterBankLog", .prepare = prepare, .data = {8, 8}};

}  // namespace mltk::tflite
