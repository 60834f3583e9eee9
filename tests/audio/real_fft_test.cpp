#include "audio/real_fft.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>

namespace mltk::audio {
namespace {

std::vector<float> noise_of(std::size_t length) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> value(-1, 1);
  std::vector<float> signal(length);
  for (float& sample : signal) sample = value(random);
  return signal;
}

/// The definition, for one bin.
std::complex<double> bin_of(const std::vector<float>& signal, std::size_t bin) {
  std::complex<double> sum;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const auto turns = static_cast<double>(i * bin % signal.size()) / static_cast<double>(signal.size());
    sum += std::polar<double>(signal[i], -2 * std::numbers::pi * turns);
  }
  return sum;
}

struct Spectrum {
  std::vector<float> real;
  std::vector<float> imag;
  bool operator==(const Spectrum&) const = default;
};

Spectrum forward(const std::vector<float>& signal) {
  Spectrum spectrum = {std::vector<float>(signal.size() / 2 + 1), std::vector<float>(signal.size() / 2 + 1)};
  RealFft(signal.size()).forward(signal.data(), spectrum.real.data(), spectrum.imag.data());
  return spectrum;
}

std::vector<float> inverse(const Spectrum& spectrum) {
  std::vector<float> signal(2 * (spectrum.real.size() - 1));
  RealFft(signal.size()).inverse(spectrum.real.data(), spectrum.imag.data(), signal.data());
  return signal;
}

/// Lengths with and without a stage of radix 2.
class RealFftOf : public testing::TestWithParam<std::size_t> {
 protected:
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

TEST_P(RealFftOf, IsTheDefinition) {
  const auto signal = noise_of(GetParam());
  const Spectrum spectrum = forward(signal);
  const double near = 1e-6 * std::sqrt(static_cast<double>(signal.size()));
  for (std::size_t bin = 0; bin < spectrum.real.size(); bin += bin < 70 ? 1 : 31) {
    const auto expected = bin_of(signal, bin);
    EXPECT_NEAR(spectrum.real[bin], expected.real(), near) << bin;
    EXPECT_NEAR(spectrum.imag[bin], expected.imag(), near) << bin;
  }
  EXPECT_NEAR(spectrum.real.back(), bin_of(signal, signal.size() / 2).real(), near);
}

TEST_P(RealFftOf, InverseGivesTheSignalBack) {
  const auto signal = noise_of(GetParam());
  const auto back = inverse(forward(signal));
  for (std::size_t i = 0; i < signal.size(); ++i) ASSERT_NEAR(back[i], signal[i], 1e-6) << i;
}

TEST_P(RealFftOf, HasTheSameBytesOnEveryInstructionSet) {
  const auto signal = noise_of(GetParam());
  const Spectrum expected = forward(signal);
  const auto back = inverse(expected);
  for (std::int64_t rest = hwy::SupportedTargets(); rest != 0; rest &= rest - 1) {
    const std::int64_t target = rest & -rest;
    hwy::SetSupportedTargetsForTest(target);
    EXPECT_TRUE(forward(signal) == expected) << hwy::TargetName(target);
    EXPECT_EQ(inverse(expected), back) << hwy::TargetName(target);
  }
}

INSTANTIATE_TEST_SUITE_P(Lengths, RealFftOf, testing::Values(128, 256, 512, 2048, 4096));

}  // namespace
}  // namespace mltk::audio
