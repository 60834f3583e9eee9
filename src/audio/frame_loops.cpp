#include "audio/frame_loops.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "audio/frame_loops.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#ifndef MLTK_AUDIO_FRAME_LOOPS_ONCE
#define MLTK_AUDIO_FRAME_LOOPS_ONCE
namespace mltk::audio {

/// Samples that a value between two samples is made of.
constexpr std::size_t kTaps = 8;
/// Places between two samples whose weights are tabulated.
constexpr std::size_t kPhases = 512;

}  // namespace mltk::audio
#endif

// Products and sums are rounded each: a fused one would differ between instruction sets.
HWY_BEFORE_NAMESPACE();
namespace mltk::audio::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using F = hn::ScalableTag<float>;

void multiply_loop(const float* a, const float* b, float* product, std::size_t count) {
  const F d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d))
    hn::StoreU(hn::Mul(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, product + i);
}

void add_product_loop(const float* a, const float* b, float* sum, std::size_t count) {
  const F d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto product = hn::Mul(hn::LoadU(d, a + i), hn::LoadU(d, b + i));
    hn::StoreU(hn::Add(hn::LoadU(d, sum + i), product), d, sum + i);
  }
}

void to_polar_loop(float* magnitudes, float* real, float* imag, std::size_t count) {
  const F d;
  const auto one = hn::Set(d, 1.0F);
  const auto least = hn::Set(d, std::numeric_limits<float>::min());
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto re = hn::LoadU(d, real + i);
    const auto im = hn::LoadU(d, imag + i);
    const auto magnitude = hn::Sqrt(hn::Add(hn::Mul(re, re), hn::Mul(im, im)));
    const auto scale = hn::Div(one, hn::Max(magnitude, least));
    hn::StoreU(magnitude, d, magnitudes + i);
    hn::StoreU(hn::IfThenElse(hn::Gt(magnitude, hn::Zero(d)), hn::Mul(re, scale), one), d, real + i);
    hn::StoreU(hn::Mul(im, scale), d, imag + i);
  }
}

void between_loop(const float* first, const float* second, float share, const float* phase_real,
                  const float* phase_imag, float* real, float* imag, std::size_t count) {
  const F d;
  const auto first_share = hn::Set(d, 1 - share);
  const auto second_share = hn::Set(d, share);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto magnitude =
        hn::Add(hn::Mul(first_share, hn::LoadU(d, first + i)), hn::Mul(second_share, hn::LoadU(d, second + i)));
    hn::StoreU(hn::Mul(hn::LoadU(d, phase_real + i), magnitude), d, real + i);
    hn::StoreU(hn::Mul(hn::LoadU(d, phase_imag + i), magnitude), d, imag + i);
  }
}

void turn_loop(const float* first_real, const float* first_imag, const float* second_real, const float* second_imag,
               float* phase_real, float* phase_imag, std::size_t count) {
  const F d;
  const auto half = hn::Set(d, 0.5F);
  const auto three_halves = hn::Set(d, 1.5F);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto a_real = hn::LoadU(d, first_real + i);
    const auto a_imag = hn::LoadU(d, first_imag + i);
    const auto b_real = hn::LoadU(d, second_real + i);
    const auto b_imag = hn::LoadU(d, second_imag + i);
    const auto turn_real = hn::Add(hn::Mul(b_real, a_real), hn::Mul(b_imag, a_imag));
    const auto turn_imag = hn::Sub(hn::Mul(b_imag, a_real), hn::Mul(b_real, a_imag));
    const auto real = hn::LoadU(d, phase_real + i);
    const auto imag = hn::LoadU(d, phase_imag + i);
    const auto turned_real = hn::Sub(hn::Mul(real, turn_real), hn::Mul(imag, turn_imag));
    const auto turned_imag = hn::Add(hn::Mul(real, turn_imag), hn::Mul(imag, turn_real));
    // Rounding must not make a long sound louder: a step of Newton's method towards length 1.
    const auto square = hn::Add(hn::Mul(turned_real, turned_real), hn::Mul(turned_imag, turned_imag));
    const auto scale = hn::Sub(three_halves, hn::Mul(half, square));
    hn::StoreU(hn::Mul(turned_real, scale), d, phase_real + i);
    hn::StoreU(hn::Mul(turned_imag, scale), d, phase_imag + i);
  }
}

/// `sound` has the samples that the weights of all places reach; `weights` [kPhases + 1, kTaps].
void read_between_loop(const float* sound, double step, const float* weights, float* to, std::size_t count) {
  const hn::CappedTag<float, 4> d;
  for (std::size_t i = 0; i < count; ++i) {
    const double at = static_cast<double>(i) * step;
    const auto sample = static_cast<std::size_t>(at);
    const auto phase = static_cast<float>((at - static_cast<double>(sample)) * kPhases);
    const auto row = static_cast<std::size_t>(phase);
    const auto share = hn::Set(d, phase - static_cast<float>(row));
    const auto weighted = [&](std::size_t tap) {
      const float* weight = weights + row * kTaps + tap;
      const auto low = hn::LoadU(d, weight);
      const auto high = hn::LoadU(d, weight + kTaps);
      return hn::Mul(hn::LoadU(d, sound + sample + tap), hn::Add(low, hn::Mul(share, hn::Sub(high, low))));
    };
    HWY_ALIGN float sums[kTaps / 2];
    for (std::size_t tap = 0; tap < kTaps / 2; tap += hn::Lanes(d))
      hn::Store(hn::Add(weighted(tap), weighted(tap + kTaps / 2)), d, sums + tap);
    to[i] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
}

}  // namespace mltk::audio::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::audio {
namespace {

HWY_EXPORT(multiply_loop);
HWY_EXPORT(add_product_loop);
HWY_EXPORT(to_polar_loop);
HWY_EXPORT(between_loop);
HWY_EXPORT(turn_loop);
HWY_EXPORT(read_between_loop);

/// The modified Bessel function of order 0.
double bessel_i0(double x) {
  double term = 1;
  double sum = 1;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

/// A sinc under a Kaiser window: from half to three halves of the Nyquist frequency it falls by 57 dB.
double weight_at(double distance) {
  constexpr double kBeta = 5.4;
  constexpr double kReach = kTaps / 2;
  const double inside = 1 - (distance / kReach) * (distance / kReach);
  if (inside < 0) return 0;
  const double x = std::numbers::pi * distance;
  return (distance == 0 ? 1 : std::sin(x) / x) * bessel_i0(kBeta * std::sqrt(inside)) / bessel_i0(kBeta);
}

/// [kPhases + 1, kTaps]; row p: what the samples weigh at the place p / kPhases behind the middle one. They sum up
/// to 1.
std::vector<float> make_weights() {
  std::vector<float> weights;
  for (std::size_t phase = 0; phase <= kPhases; ++phase) {
    double row[kTaps];
    double sum = 0;
    for (std::size_t tap = 0; tap < kTaps; ++tap) {
      const double place = static_cast<double>(tap) - (kTaps / 2 - 1);
      row[tap] = weight_at(place - static_cast<double>(phase) / kPhases);
      sum += row[tap];
    }
    for (const double weight : row) weights.push_back(static_cast<float>(weight / sum));
  }
  return weights;
}

}  // namespace

void multiply(std::span<const float> a, std::span<const float> b, float* product) {
  MLTK_ASSERT(a.size() % kVector == 0);
  HWY_DYNAMIC_DISPATCH(multiply_loop)(a.data(), b.data(), product, a.size());
}

void add_product(std::span<const float> a, std::span<const float> b, float* sum) {
  MLTK_ASSERT(a.size() % kVector == 0);
  HWY_DYNAMIC_DISPATCH(add_product_loop)(a.data(), b.data(), sum, a.size());
}

void to_polar(Phasors& phasors) {
  auto& [magnitude, real, imag] = phasors;
  MLTK_ASSERT(real.size() % kVector == 0);
  HWY_DYNAMIC_DISPATCH(to_polar_loop)(magnitude.data(), real.data(), imag.data(), real.size());
}

void between(const Phasors& first, const Phasors& second, float share, std::span<const float> phase_real,
             std::span<const float> phase_imag, float* real, float* imag) {
  HWY_DYNAMIC_DISPATCH(between_loop)
  (first.magnitude.data(), second.magnitude.data(), share, phase_real.data(), phase_imag.data(), real, imag,
   phase_real.size());
}

void turn(const Phasors& first, const Phasors& second, std::span<float> phase_real, std::span<float> phase_imag) {
  HWY_DYNAMIC_DISPATCH(turn_loop)
  (first.real.data(), first.imag.data(), second.real.data(), second.imag.data(), phase_real.data(), phase_imag.data(),
   phase_real.size());
}

void read_between(std::span<const float> sound, double step, std::span<float> to) {
  static const std::vector<float> kWeights = make_weights();
  // Zeros in front and behind, as many as the weights reach.
  std::vector<float> padded(sound.size() + 2 * kTaps);
  std::ranges::copy(sound, padded.begin() + kTaps / 2 - 1);
  const auto inside = static_cast<std::size_t>(std::ceil(static_cast<double>(sound.size()) / step));
  const std::size_t count = std::min(inside, to.size());
  HWY_DYNAMIC_DISPATCH(read_between_loop)(padded.data(), step, kWeights.data(), to.data(), count);
  std::ranges::fill(to.subspan(count), 0.0F);
}

}  // namespace mltk::audio
#endif
