#include "audio/spectrum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <numbers>

#include "audio/golden_sounds.h"
#include "base/error.h"

namespace mltk::audio {
namespace {

TEST(Stft, IsThatOfLibrosa) {
  const Spectrogram actual = stft(golden_sound("sound"));
  const auto expected = golden_sound("stft_every_8th_bin");
  constexpr std::size_t kBins = 1024 / 8 + 1;
  ASSERT_EQ(actual.frames() * kBins * 2, expected.size());
  for (std::size_t frame = 0; frame < actual.frames(); ++frame) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      const std::size_t at = (frame * kBins + bin) * 2;
      EXPECT_NEAR(actual.frame(frame)[bin * 8].real(), expected[at], 1e-3) << frame << ' ' << bin;
      EXPECT_NEAR(actual.frame(frame)[bin * 8].imag(), expected[at + 1], 1e-3) << frame << ' ' << bin;
    }
  }
}

TEST(Istft, GivesTheSoundBack) {
  const auto sound = golden_sound("sound");
  EXPECT_LT(largest_difference(istft(stft(sound), sound.size()), sound), 1e-5F);
}

TEST(TimeStretch, IsThatOfLibrosa) {
  const auto sound = golden_sound("sound");
  for (const auto& [name, rate] : {std::pair("stretch_0.8", 0.8), std::pair("stretch_1.3", 1.3)}) {
    const auto expected = golden_sound(name);
    const auto actual = time_stretch(sound, rate);
    ASSERT_EQ(actual.size(), expected.size()) << name;
    // librosa adds up phases of some 10^4 rad as 32-bit floats, so it is right to some 10^-3.
    EXPECT_LT(largest_difference(actual, expected), 1e-2F) << name;
  }
}

TEST(PitchShift, AgreesWithLibrosa) {
  const auto sound = golden_sound("sound");
  for (const auto& [name, semitones] : {std::pair("pitch_4", 4), std::pair("pitch_-3", -3)}) {
    const auto expected = golden_sound(name);
    const auto actual = pitch_shift(sound, semitones);
    ASSERT_EQ(actual.size(), expected.size()) << name;
    EXPECT_LT(largest_difference(actual, expected, 200), 5e-3F) << name;
  }
}

/// Frequency of the loudest bin in the middle of a sound of one second at 16 kHz.
double loudest_hz(const std::vector<float>& sound) {
  const Spectrogram spectra = stft(sound);
  const auto frame = spectra.frame(spectra.frames() / 2);
  const auto loudest = std::ranges::max_element(frame, {}, [](std::complex<float> value) { return std::abs(value); });
  return static_cast<double>(loudest - frame.begin()) * 16000 / 2048;
}

std::vector<float> tone(double hz) {
  std::vector<float> sound(16000);
  for (std::size_t i = 0; i < sound.size(); ++i)
    sound[i] = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / 16000));
  return sound;
}

TEST(PitchShift, AnOctaveDoublesTheFrequency) { EXPECT_NEAR(loudest_hz(pitch_shift(tone(500), 12)), 1000, 8); }

TEST(PitchShift, WhatWouldBeAboveHalfTheRateIsGone) {
  const auto shifted = pitch_shift(tone(6000), 12);
  float peak = 0;
  for (std::size_t i = 2000; i + 2000 < shifted.size(); ++i) peak = std::max(peak, std::abs(shifted[i]));
  EXPECT_LT(peak, 1e-3F);
}

TEST(PitchShift, HasTheSameBytesOnEveryInstructionSet) {
  const auto sound = golden_sound("sound");
  const auto expected = pitch_shift(sound, 3);
  for (std::int64_t rest = hwy::SupportedTargets(); rest != 0; rest &= rest - 1) {
    hwy::SetSupportedTargetsForTest(rest & -rest);
    EXPECT_EQ(pitch_shift(sound, 3), expected) << hwy::TargetName(rest & -rest);
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST(WarpVocalTract, ScalesLowFrequenciesAndKeepsTheBand) {
  constexpr double kBlur = 16;  // two bins: the phases of overlapping frames do not fit exactly
  EXPECT_NEAR(loudest_hz(warp_vocal_tract(tone(1000), 16000, 1.2)), 1200, kBlur);
  EXPECT_NEAR(loudest_hz(warp_vocal_tract(tone(1000), 16000, 0.8)), 800, kBlur);
  // Above the boundary of 4800 Hz: 8000 - (8000 - 4800) / (8000 - 4800 / 1.2) * (8000 - 6000).
  EXPECT_NEAR(loudest_hz(warp_vocal_tract(tone(6000), 16000, 1.2)), 6400, kBlur);
  EXPECT_THROW(warp_vocal_tract(tone(1000), 16000, 0), Error);
}

}  // namespace
}  // namespace mltk::audio
