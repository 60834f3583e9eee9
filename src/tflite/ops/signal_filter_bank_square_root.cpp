#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

Kernel prepare(const OpContext& op) {
  using enum TensorType;
  require_types(op, {uint64, int32}, {uint32});
  require_rank(op, op.input(0), 1);
  require_rank(op, op.input(1), 0);
  require_same_elements(op);
  return [where = op.where(), count = op.input(0).shape[0], in = op.input_slot(0), bits = op.input_slot(1),
          out = op.output_slot()](Buffers buffers) {
    const std::int32_t shift = *input_data<std::int32_t>(buffers, bits);
    if (shift < 0 || shift > 31) {
      fail(ErrorKind::invalid_argument, "{}: scale_bits is {}; expected 0 to 31.", where, shift);
    }
    micro::filter_bank_square_root(input_data<std::uint64_t>(buffers, in), count, shift,
                                   output_data<std::uint32_t>(buffers, out));
  };
}

}  // namespace

extern const OpDef signal_filter_bank_square_root_def = {
    .code = BuiltinOperator::custom, .custom_code = "SignalFilterBankSquareRoot", .prepare = prepare};

}  // namespace mltk::tflite
