#include "tflite/ops/signal_fft.h"

namespace mltk::tflite {
namespace {

/// Frames that are shorter than the transform are followed by zeros, in scratch buffer 0.
template <class T>
Kernel kernel(const OpContext& op, const RealFft& fft) {
  return [=, tables = fft_tables<T>(fft.length, false), frame = op.input(0).shape.back(), in = op.input_slot(0),
          out = op.output_slot(), padded = op.scratch_slot(0), state = op.state_slot()](Buffers buffers) {
    T* samples = output_data<T>(buffers, padded);
    for (std::int64_t row = 0; row < fft.rows; ++row) {
      std::copy_n(input_data<T>(buffers, in) + row * frame, frame, samples);
      std::fill(samples + frame, samples + fft.length, T{0});
      micro::real_fft(tables->bind(), samples, output_data<micro::Complex<T>>(buffers, state),
                      output_data<micro::Complex<T>>(buffers, out) + row * (fft.length / 2 + 1));
    }
  };
}

Kernel prepare(const OpContext& op) {
  const RealFft fft = real_fft_of(op, op.input(0), op.output());
  if (op.input(0).shape.back() > fft.length) {
    op.fail("frames of {} samples are longer than the transform of {}.", op.input(0).shape.back(), fft.length);
  }
  if (fft.type == TensorType::int16) return kernel<std::int16_t>(op, fft);
  if (fft.type == TensorType::int32) return kernel<std::int32_t>(op, fft);
  return kernel<float>(op, fft);
}

ArenaBytes init_data(const OpContext& op) { return joined({48, 32}, fft_bytes(op)); }

std::vector<ArenaBytes> scratch(const OpContext& op) {
  const RealFft fft = real_fft_of(op, op.input(0), op.output());
  return {{fft.value_bytes() * fft.length, fft.value_bytes() * fft.length}};
}

}  // namespace

extern const OpDef signal_rfft_def = {.code = BuiltinOperator::custom,
                                      .custom_code = "SignalRfft",
                                      .prepare = prepare,
                                      .state = fft_state,
                                      .init_data = init_data,
                                      .scratch = scratch};

}  // namespace mltk::tflite
