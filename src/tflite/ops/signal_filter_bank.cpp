#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

constexpr std::int32_t kMostChannels = 1 << 14;

std::int32_t channels_of(const OpContext& op) {
  return FlexOptions(op).integer_within("num_channels", 1, kMostChannels);
}

/// Every channel reads inside of the spectrum and of the weights.
void check_ranges(const OpContext& op, std::int32_t channels) {
  const std::vector<std::int16_t> frequencies = constant_int16(op, 3);
  const std::vector<std::int16_t> weights = constant_int16(op, 4);
  const std::vector<std::int16_t> widths = constant_int16(op, 5);
  const std::int64_t bins = elements(op.input(0));
  const std::int64_t weight_count = std::min(elements(op.input(1)), elements(op.input(2)));
  const auto count = static_cast<std::size_t>(channels) + 1;
  if (frequencies.size() < count || weights.size() < count || widths.size() < count) {
    op.fail("{} channels need {} starts and widths.", channels, count);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (widths[i] <= 0) continue;
    if (frequencies[i] < 0 || frequencies[i] + widths[i] > bins || weights[i] < 0 ||
        weights[i] + widths[i] > weight_count) {
      op.fail("channel {} lies outside of the spectrum of {} values or of the {} weights.", i, bins, weight_count);
    }
  }
}

Kernel prepare(const OpContext& op) {
  using enum TensorType;
  require_types(op, {uint32, int16, int16, int16, int16, int16}, {uint64});
  const std::int32_t channels = channels_of(op);
  require_shape(op, op.output(), {channels});
  check_ranges(op, channels);
  return [=, in = op.input_slot(0), weights = op.input_slot(1), unweights = op.input_slot(2),
          frequencies = op.input_slot(3), weight_starts = op.input_slot(4), widths = op.input_slot(5),
          out = op.output_slot()](Buffers buffers) {
    const auto values = [&](std::size_t slot) { return input_data<std::int16_t>(buffers, slot); };
    micro::filter_bank({values(frequencies), values(weight_starts), values(widths), values(weights), values(unweights)},
                       channels, input_data<std::uint32_t>(buffers, in), output_data<std::uint64_t>(buffers, out));
  };
}

ArenaBytes init_data(const OpContext& op) {
  const std::int64_t work = 8 * (std::int64_t{channels_of(op)} + 1);
  return joined({64, 36}, {work, work});
}

}  // namespace

extern const OpDef signal_filter_bank_def = {
    .code = BuiltinOperator::custom, .custom_code = "SignalFilterBank", .prepare = prepare, .init_data = init_data};

}  // namespace mltk::tflite
