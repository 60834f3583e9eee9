#pragma once

#include <memory>
#include <vector>

#include "micro/real_fft.h"
#include "tflite/ops/signal.h"

namespace mltk::tflite {

/// A transform between `length` real numbers and length / 2 + 1 complex ones, row by row.
struct RealFft {
  TensorType type = TensorType::float32;
  std::int32_t length = 0;
  std::int64_t rows = 0;

  std::int64_t value_bytes() const { return type == TensorType::int16 ? 2 : 4; }
};

/// Checks `real` and `complex`. Throws Error(unsupported) for a length that is no power of 2.
RealFft real_fft_of(const OpContext& op, const Tensor& real, const Tensor& complex);
/// Bytes of work that the kernel keeps for itself.
std::int64_t fft_state(const OpContext& op);
/// The device's tables and work.
ArenaBytes fft_bytes(const OpContext& op);

/// The tables of a transform; shared by the copies of a kernel.
template <class T>
struct OwnedFftTables {
  std::vector<micro::Complex<T>> twiddles;
  std::vector<micro::Complex<T>> super_twiddles;

  micro::RealFftTables<T> bind() const {
    return {static_cast<int>(twiddles.size()), twiddles.data(), super_twiddles.data()};
  }
};
template <class T>
std::shared_ptr<const OwnedFftTables<T>> fft_tables(std::int32_t length, bool inverse);

}  // namespace mltk::tflite
