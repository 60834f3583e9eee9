#include "tflite/ops/signal_fft.h"

namespace mltk::tflite {
namespace {

template <class T>
Kernel kernel(const OpContext& op, const RealFft& fft) {
  return [=, tables = fft_tables<T>(fft.length, true), in = op.input_slot(0), out = op.output_slot(),
          state = op.state_slot()](Buffers buffers) {
    for (std::int64_t row = 0; row < fft.rows; ++row) {
      T* samples = output_data<T>(buffers, out) + row * fft.length;
      micro::inverse_real_fft(tables->bind(), input_data<micro::Complex<T>>(buffers, in) + row * (fft.length / 2 + 1),
                              output_data<micro::Complex<T>>(buffers, state), samples);
      if constexpr (std::is_floating_point_v<T>) {
        for (std::int32_t i = 0; i < fft.length; ++i) samples[i] /= static_cast<T>(fft.length);
      }
    }
  };
}

Kernel prepare(const OpContext& op) {
  const RealFft fft = real_fft_of(op, op.output(), op.input(0));
  if (op.output().shape.back() != fft.length) {
    op.fail("its output has rows of {} samples; expected {}.", op.output().shape.back(), fft.length);
  }
  if (fft.type == TensorType::int16) return kernel<std::int16_t>(op, fft);
  if (fft.type == TensorType::int32) return kernel<std::int32_t>(op, fft);
  return kernel<float>(op, fft);
}

/// The float kernel has a header of its own before the tables.
ArenaBytes init_data(const OpContext& op) {
  ArenaBytes tables = fft_bytes(op);
  if (op.input(0).type == TensorType::float32) {
    tables.on_64 += 16;
    tables.on_32 += 8;
  }
  return joined({32, 24}, tables);
}

}  // namespace

extern const OpDef signal_irfft_def = {.code = BuiltinOperator::custom,
                                       .custom_code = "SignalIrfft",
                                       .prepare = prepare,
                                       .state = fft_state,
                                       .init_data = init_data};

}  // namespace mltk::tflite
