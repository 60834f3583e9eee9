// generate HEADER: the tables of a feature generator with every stage, a sound, and what the host makes of it, for the
// device test.

#include <fmt/ranges.h>

#include <cmath>
#include <cstdio>

#include "audio/feature_generator.h"
#include "base/error.h"
#include "base/file.h"
#include "base/philox.h"

namespace mltk::audio {
namespace {

FeatureSettings every_stage() {
  FeatureSettings settings;
  settings.sample_length_ms = 600;
  settings.window_size_ms = 30;
  settings.window_step_ms = 20;
  settings.filterbank_n_channels = 40;
  settings.noise_reduction_enable = true;
  settings.pcan_enable = true;
  settings.activity_detection_enable = true;
  settings.dc_notch_filter_enable = true;
  return settings;
}

/// Two gliding tones with a pause between, which is what activity detection waits for; noise; a constant.
std::vector<std::int16_t> sound(int length) {
  Rng rng(3);
  std::vector<std::int16_t> samples;
  for (int i = 0; i < length; ++i) {
    const double tone = i > length / 3 && i < 2 * length / 3 ? 0 : 9000 * std::sin(i * (0.05 + i * 1e-5));
    samples.push_back(static_cast<std::int16_t>(std::lround(1000 + 60 * rng.normal() + tone)));
  }
  return samples;
}

template <class T>
std::string array(std::string_view type, std::string_view name, std::span<const T> values) {
  return fmt::format("constexpr {} {}[] = {{{}}};\n", type, name, fmt::join(values, ","));
}

std::string array(std::string_view name, const std::int16_t* values, int count) {
  return array("std::int16_t", name, std::span(values, static_cast<std::size_t>(count)));
}

std::string array(std::string_view name, const Complex16* values, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += fmt::format("{{{},{}}},", values[i].re, values[i].im);
  return fmt::format("constexpr mltk::audio::Complex16 {}[] = {{{}}};\n", name, text);
}

std::string constants_text(const FrontendConstants& c) {
  const int bins = c.end_bin - c.first_bin;
  return array("kCoefficients", c.window_coefficients, c.window) + array("kTwiddles", c.twiddles, c.fft_length / 2) +
         array("kSuperTwiddles", c.super_twiddles, c.fft_length / 4) + array("kBandEnds", c.band_ends, c.channels + 1) +
         array("kWeights", c.weights, bins) + array("kUnweights", c.unweights, bins) +
         array("kGains", c.gain.gains, GainControl::kGains) +
         fmt::format(
             "constexpr mltk::audio::FrontendConstants kConstants{{{}, {}, {}, {}, {}, {}, kCoefficients, kTwiddles, "
             "kSuperTwiddles, "
             "kBandEnds, kWeights, kUnweights, {{{}, {}, {}, {}, {}, {}}}, {{{}, {}, {}, {}, {}}}, {{{}, kGains, {}}}, "
             "{{{}, {}, {}}}, {{{}, {}}}}};\n",
             c.window, c.step, c.fft_length, c.channels, c.first_bin, c.end_bin, c.activity.enable, c.activity.alpha_a,
             c.activity.alpha_b, c.activity.arm_threshold, c.activity.trip_threshold, c.activity.shift, c.noise.enable,
             c.noise.smoothing_bits, c.noise.even_smoothing, c.noise.odd_smoothing, c.noise.min_signal_remaining,
             c.gain.enable, c.gain.snr_shift, c.log.enable, c.log.shift, c.log.correction, c.dc_notch.enable,
             c.dc_notch.coefficient);
}

std::string header_text() {
  const FeatureSettings settings = every_stage();
  const FeatureTables tables(settings);
  FeatureGenerator generator(settings);
  const auto samples = sound(settings.sample_length());
  const Tensor spectrogram = generator.process(samples, DType::uint16);
  std::string rows;
  for (int row = 0; row < settings.height(); ++row) {
    const auto width = static_cast<std::size_t>(settings.width());
    rows += fmt::format("{{{}}},\n", fmt::join(spectrogram.as<std::uint16_t>().subspan(row * width, width), ","));
  }
  return fmt::format(
      "#pragma once\n#include \"audio/frontend.h\"\nnamespace spectrogram {{\n"
      "constexpr int kWindow = {};\nconstexpr int kFftLength = {};\nconstexpr int kChannels = {};\n{}"
      "constexpr int kSoundLength = {};\n{}constexpr int kFrameCount = {};\n"
      "constexpr std::uint16_t kFrames[][kChannels] = {{{}}};\nconstexpr bool kActivity = {};\n}}\n",
      settings.window_size(), settings.fft_length(), settings.width(), constants_text(tables.constants()),
      samples.size(), array("std::int16_t", "kSound", std::span<const std::int16_t>(samples)), settings.height(), rows,
      generator.activity_was_detected());
}

}  // namespace
}  // namespace mltk::audio

int main(int argc, char** argv) {
  try {
    if (argc != 2) mltk::fail(mltk::ErrorKind::invalid_argument, "usage: generate HEADER");
    mltk::write_file(argv[1], mltk::audio::header_text());
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
