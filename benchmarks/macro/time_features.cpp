// Times the feature generator: `mltk_time_features CLIP.npy SETTINGS [--plain]`.
//
// SETTINGS is a JSON text with the parameters `fe.*`; the clip, int16, is cut or filled up with zeros to the length in
// them. Reads a number of clips from each line of stdin, computes their spectrograms as int8 on one thread, and writes
// microseconds for one. A line "write PATH" writes the spectrogram as .npy instead. --plain takes the code of devices,
// frame by frame.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "audio/feature_generator.h"
#include "base/error.h"
#include "tensor/npy.h"

namespace mltk::audio {
namespace {

using Clock = std::chrono::steady_clock;

FeatureSettings settings_of(const nlohmann::json& json) {
  FeatureSettings settings;
  visit_fields(settings, [&](const char* name, auto& field) { json.at(std::string("fe.") + name).get_to(field); });
  return settings;
}

class Timed {
 public:
  Timed(const FeatureSettings& settings, const Tensor& clip, bool plain)
      : generator_(settings),
        plain_(plain),
        samples_(clip.as<std::int16_t>().begin(), clip.as<std::int16_t>().end()),
        features_(settings.elements()),
        codes_(settings.elements()) {
    samples_.resize(static_cast<std::size_t>(settings.sample_length()));
  }

  Tensor spectrogram() {
    compute();
    return Tensor(Shape{generator_.settings().height(), generator_.settings().width()},
                  std::span<const std::int8_t>(codes_));
  }

  double microseconds(std::int64_t clips) {
    const Clock::time_point start = Clock::now();
    for (std::int64_t i = 0; i < clips; ++i) compute();
    return std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(clips) * 1e6;
  }

 private:
  void compute() {
    if (plain_) {
      generator_.reset();
      auto row = features_.begin();
      generator_.push(samples_, [&](std::span<const std::uint16_t> frame) { row = std::ranges::copy(frame, row).out; });
    } else {
      generator_.process(samples_, features_);
    }
    quantize(generator_.settings(), features_, codes_);
  }

  FeatureGenerator generator_;
  bool plain_;
  std::vector<std::int16_t> samples_;
  std::vector<std::uint16_t> features_;
  std::vector<std::int8_t> codes_;
};

int run(const std::vector<std::string>& arguments) {
  const bool plain = arguments.size() == 3 && arguments[2] == "--plain";
  if (arguments.size() != (plain ? 3 : 2)) {
    fmt::print(stderr, "usage: mltk_time_features CLIP.npy SETTINGS [--plain]\n");
    return 2;
  }
  Timed timed(settings_of(nlohmann::json::parse(arguments[1])), read_npy(arguments[0]), plain);
  const std::string write = "write ";
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.starts_with(write)) {
      write_npy(line.substr(write.size()), timed.spectrogram());
      fmt::print("0\n");
    } else {
      fmt::print("{}\n", timed.microseconds(std::stoll(line)));
    }
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace mltk::audio

int main(int argc, char** argv) {
  try {
    return mltk::audio::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
