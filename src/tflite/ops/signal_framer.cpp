#include "tflite/ops/signal.h"

namespace mltk::tflite {
namespace {

struct Framer {
  std::int32_t size;
  std::int32_t step;
  std::int32_t filled;    ///< samples of 0 before the first ones
  std::int32_t capacity;  ///< the size as a multiple of the step
  std::int32_t frames;    ///< of an inference
  std::int64_t rows;

  std::int64_t row_bytes() const { return 4 + (2 * std::int64_t{capacity} + 3) / 4 * 4; }
};

Framer framer_of(const OpContext& op) {
  using enum TensorType;
  require_types(op, {int16}, {int16, boolean});
  const FlexOptions options(op);
  Framer framer{};
  framer.size = options.integer_within("frame_size", 1, 1 << 20);
  framer.step = options.integer_within("frame_step", 1, framer.size);
  framer.filled = options.boolean("prefill", false) ? framer.size - framer.step : 0;
  framer.capacity = (framer.size + framer.step - 1) / framer.step * framer.step;
  const std::int32_t samples = frame_of(op, op.input(0));
  if (samples % framer.step != 0) op.fail("{} samples are no multiple of the step of {}.", samples, framer.step);
  framer.frames = samples / framer.step;
  framer.rows = elements(op.input(0)) / samples;
  std::vector<std::int32_t> frames = op.input(0).shape;
  frames.back() = framer.frames;
  frames.push_back(framer.size);
  require_shape(op, op.output(0), frames);
  require_rank(op, op.output(1), 0);
  return framer;
}

/// The state of a row: how many samples more than `filled` it holds, and the samples.
Kernel prepare(const OpContext& op) {
  const Framer framer = framer_of(op);
  return [=, in = op.input_slot(0), out = op.output_slot(0), valid = op.output_slot(1),
          state = op.state_slot()](Buffers buffers) {
    const std::int16_t* input = input_data<std::int16_t>(buffers, in);
    std::int16_t* output = output_data<std::int16_t>(buffers, out);
    bool all_valid = true;
    for (std::int64_t row = 0; row < framer.rows; ++row) {
      std::uint8_t* held = buffers[state] + row * framer.row_bytes();
      auto* count = reinterpret_cast<std::int32_t*>(held);
      micro::SampleQueue queue{reinterpret_cast<std::int16_t*>(held + 4), count};
      *count += framer.filled;
      for (std::int32_t frame = 0; frame < framer.frames; ++frame) {
        queue.write(input, framer.step);
        if (*count >= framer.size) {
          queue.read(output, framer.size);
          queue.discard(framer.step);
        } else {
          all_valid = false;
        }
        input += framer.step;
        output += framer.size;
      }
      *count -= framer.filled;
    }
    *output_data<std::uint8_t>(buffers, valid) = all_valid ? 1 : 0;
  };
}

std::int64_t state(const OpContext& op) {
  const Framer framer = framer_of(op);
  return framer.rows * framer.row_bytes();
}

std::vector<ArenaBytes> arrays(const OpContext& op) {
  const Framer framer = framer_of(op);
  return ring_arrays(framer.rows, framer.capacity);
}

}  // namespace

extern const OpDef signal_framer_def = {.code = BuiltinOperator::custom,
                                        .custom_code = "SignalFramer",
                                        .prepare = prepare,
                                        .state = state,
                                        .data = {40, 28},
                                        .arrays = arrays};

}  // namespace mltk::tflite
