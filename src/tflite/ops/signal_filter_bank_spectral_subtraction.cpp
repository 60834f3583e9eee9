#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

constexpr std::int32_t kMostChannels = 1 << 14;

std::int32_t channels_of(const OpContext& op) {
  return FlexOptions(op).integer_within("num_channels", 1, kMostChannels);
}

Kernel prepare(const OpContext& op) {
  using enum TensorType;
  require_types(op, {uint32}, {uint32, uint32});
  const std::int32_t channels = channels_of(op);
  for (const Tensor* tensor : {&op.input(0), &op.output(0), &op.output(1)}) require_shape(op, *tensor, {channels});
  const FlexOptions options(op);
  const auto factor = [&](const char* key) { return static_cast<std::uint32_t>(options.integer(key)); };
  const micro::SpectralSubtraction subtraction = {
      .smoothing = {factor("smoothing"), factor("alternate_smoothing")},
      .one_minus_smoothing = {factor("one_minus_smoothing"), factor("alternate_one_minus_smoothing")},
      .min_signal_remaining = factor("min_signal_remaining"),
      .smoothing_bits = options.integer_within("smoothing_bits", 0, 31),
      .spectral_subtraction_bits = options.integer_within("spectral_subtraction_bits", 0, 63),
      .clamping = options.boolean("clamping", false),
  };
  return [=, in = op.input_slot(0), out = op.output_slot(0), estimate = op.output_slot(1),
          state = op.state_slot()](Buffers buffers) {
    auto* noise = output_data<std::uint32_t>(buffers, state);
    micro::filter_bank_spectral_subtraction(subtraction, channels, input_data<std::uint32_t>(buffers, in), noise,
                                            output_data<std::uint32_t>(buffers, out));
    std::copy_n(noise, channels, output_data<std::uint32_t>(buffers, estimate));
  };
}

std::int64_t state(const OpContext& op) { return 4 * std::int64_t{channels_of(op)}; }

ArenaBytes init_data(const OpContext& op) { return joined({56, 44}, {state(op), state(op)}); }

}  // namespace

extern const OpDef signal_filter_bank_spectral_subtraction_def = {.code = BuiltinOperator::custom,
                                                                  .custom_code = "SignalFilterBankSpectralSubtraction",
                                                                  .prepare = prepare,
                                                                  .state = state,
                                                                  .init_data = init_data};

}  // namespace mltk::tflite
