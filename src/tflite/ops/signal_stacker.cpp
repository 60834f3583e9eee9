#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

struct Stacker {
  std::int32_t channels;
  std::int32_t left;    ///< copies of the first frame that stand before it
  std::int32_t frames;  ///< that are put out together
  std::int32_t step;    ///< frames between two outputs

  std::int32_t samples() const { return channels * frames; }
};

Stacker stacker_of(const OpContext& op) {
  constexpr std::int32_t kMost = 1 << 10;
  using enum TensorType;
  require_types(op, {int16}, {int16, boolean});
  const FlexOptions options(op);
  Stacker stacker{};
  stacker.channels = options.integer_within("num_channels", 1, kMost);
  stacker.left = options.integer_within("stacker_left_context", 0, kMost);
  stacker.frames = stacker.left + options.integer_within("stacker_right_context", 0, kMost) + 1;
  stacker.step = options.integer_within("stacker_step", 1, stacker.frames);
  require_shape(op, op.input(0), {stacker.channels});
  require_shape(op, op.output(0), {stacker.samples()});
  require_rank(op, op.output(1), 0);
  return stacker;
}

/// The state: how many samples there are, whether the first frame came, and the samples.
Kernel prepare(const OpContext& op) {
  const Stacker stacker = stacker_of(op);
  return [=, in = op.input_slot(0), out = op.output_slot(0), valid = op.output_slot(1),
          state = op.state_slot()](Buffers buffers) {
    auto* numbers = output_data<std::int32_t>(buffers, state);
    micro::SampleQueue queue{reinterpret_cast<std::int16_t*>(numbers + 2), numbers};
    const std::int16_t* input = input_data<std::int16_t>(buffers, in);
    const std::int32_t copies = numbers[1] == 0 ? stacker.left + 1 : 1;
    for (std::int32_t i = 0; i < copies; ++i) queue.write(input, stacker.channels);
    numbers[1] = 1;
    const bool full = *queue.count >= stacker.samples();
    if (full) {
      queue.read(output_data<std::int16_t>(buffers, out), stacker.samples());
      queue.discard(stacker.channels * stacker.step);
    }
    *output_data<std::uint8_t>(buffers, valid) = full ? 1 : 0;
  };
}

std::int64_t state(const OpContext& op) { return 8 + 2 * std::int64_t{stacker_of(op).samples()}; }

ArenaBytes init_data(const OpContext& op) { return joined({56, 36}, ring_bytes(stacker_of(op).samples())); }

}  // namespace

extern const OpDef signal_stacker_def = {.code = BuiltinOperator::custom,
                                         .custom_code = "SignalStacker",
                                         .prepare = prepare,
                                         .state = state,
                                         .init_data = init_data};

}  // namespace mltk::tflite
