#include "tflite/ops/signal_fft.h"

#include <cmath>
#include <numbers>

namespace mltk::tflite {
namespace {

std::int32_t length_of(const OpContext& op) {
  constexpr std::int32_t kLongest = 1 << 16;
  const std::int32_t length = FlexOptions(op).integer_within("fft_length", 4, kLongest);
  if ((length & (length - 1)) != 0) {
    fail(ErrorKind::unsupported, "{}: fft_length is {}; only powers of 2 are supported.", op.where(), length);
  }
  return length;
}

template <class T>
micro::Complex<T> unit(double phase) {
  if constexpr (std::is_floating_point_v<T>) {
    return {static_cast<T>(std::cos(phase)), static_cast<T>(std::sin(phase))};
  } else {
    const auto fixed = [](double x) { return static_cast<T>(std::floor(.5 + micro::FftMath<T>::kMax * x)); };
    return {fixed(std::cos(phase)), fixed(std::sin(phase))};
  }
}

}  // namespace

RealFft real_fft_of(const OpContext& op, const Tensor& real, const Tensor& complex) {
  using enum TensorType;
  const TensorType type = op.input(0).type;
  if (type != int16 && type != int32 && type != float32) op.fail_types();
  require_types(op, {type}, {type});
  const RealFft fft{type, length_of(op), elements(real) / frame_of(op, real)};
  if (frame_of(op, complex) != fft.length + 2 || elements(complex) / frame_of(op, complex) != fft.rows) {
    op.fail("'{}' has shape [{}]; expected {} rows of {} complex numbers.", complex.name, shape_text(complex.shape),
            fft.rows, fft.length / 2 + 1);
  }
  return fft;
}

std::int64_t fft_state(const OpContext& op) {
  return (op.input(0).type == TensorType::int16 ? 2 : 4) * std::int64_t{length_of(op)};
}

ArenaBytes fft_bytes(const OpContext& op) {
  const std::int64_t complex_bytes = op.input(0).type == TensorType::int16 ? 4 : 8;
  const std::int64_t half = length_of(op) / 2;
  constexpr std::int64_t kFactors = 4 * 66;
  const std::int64_t twiddles = kFactors + complex_bytes * half;
  const std::int64_t rest = complex_bytes * (half * 3 / 2);
  return {24 + twiddles + rest, 12 + twiddles + rest};
}

template <class T>
std::shared_ptr<const OwnedFftTables<T>> fft_tables(std::int32_t length, bool inverse) {
  const std::int32_t half = length / 2;
  const double sign = inverse ? -1 : 1;
  auto tables = std::make_shared<OwnedFftTables<T>>();
  for (std::int32_t i = 0; i < half; ++i) {
    tables->twiddles.push_back(unit<T>(-2 * std::numbers::pi * i / half * sign));
  }
  for (std::int32_t i = 0; i < half / 2; ++i) {
    tables->super_twiddles.push_back(unit<T>(-std::numbers::pi * (double{i + 1.0} / half + .5) * sign));
  }
  return tables;
}

template std::shared_ptr<const OwnedFftTables<std::int16_t>> fft_tables(std::int32_t, bool);
template std::shared_ptr<const OwnedFftTables<std::int32_t>> fft_tables(std::int32_t, bool);
template std::shared_ptr<const OwnedFftTables<float>> fft_tables(std::int32_t, bool);

}  // namespace mltk::tflite
