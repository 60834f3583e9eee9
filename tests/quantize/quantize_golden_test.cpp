// The quantizers against the real converter: the float model and its recorded ranges give the quantized file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "compare.h"
#include "figures.h"
#include "golden.h"
#include "quantize/quantize.h"
#include "quantize/recorded_ranges.h"
#include "tflite/reader.h"

namespace mltk::quantize {
namespace {

using tflite::TensorType;

Ranges read_ranges(const std::filesystem::path& path) {
  Ranges ranges;
  for (const auto& entry : nlohmann::json::parse(read_text_file(path))) {
    if (entry.at("subgraph") == 0) ranges[entry.at("tensor")] = {entry.at("min"), entry.at("max")};
  }
  return ranges;
}

struct Mode {
  std::string_view name;
  tflite::Model (*make)(const std::filesystem::path& folder);
};

tflite::Model float_model(const std::filesystem::path& folder) {
  return tflite::read_model_file(folder / "float32.tflite");
}

template <TensorType kType>
tflite::Model current(const std::filesystem::path& folder) {
  return quantize_int8(tflite::read_model_file(folder / "calibrated.tflite"), read_ranges(folder / "ranges.json"),
                       {.input_type = kType, .output_type = kType});
}

template <OldActivations kActivations, TensorType kType>
tflite::Model old(const std::filesystem::path& folder) {
  return quantize_old(tflite::read_model_file(folder / "calibrated.tflite"), read_ranges(folder / "ranges.json"),
                      kActivations, {.input_type = kType, .output_type = kType});
}

constexpr Mode kModes[] = {
    {"int8", current<TensorType::int8>},
    {"int8_float_io", current<TensorType::float32>},
    {"uint8", current<TensorType::uint8>},
    {"int8_builtins", current<TensorType::float32>},
    {"int8_old_quantizer", old<OldActivations::int8, TensorType::int8>},
    {"int16x8", old<OldActivations::int16, TensorType::int16>},
    {"dynamic", [](const std::filesystem::path& folder) { return quantize_dynamic_range(float_model(folder)); }},
    {"float16", [](const std::filesystem::path& folder) { return quantize_float16(float_model(folder)); }},
};

/// Files in which the converter gives an LSTM's output, and what reverses it, the scale of a CONCATENATION behind it:
/// the kernels copy codes, which then mean other numbers (1.6 dB of signal to noise, 33 dB with a QUANTIZE in between).
constexpr std::string_view kDifferent[] = {"bidirectional_lstm/int8", "bidirectional_lstm/int8_float_io"};

/// Files that differ, in all modes; `details` says in what.
std::vector<std::string> differing_files(std::map<std::string_view, int>& equal, std::string& details) {
  std::vector<std::string> differing;
  for (const std::string& name : golden_cases("converter")) {
    const auto folder = shared_data() / "golden" / "converter" / name;
    for (const Mode& mode : kModes) {
      const auto file = folder / (std::string(mode.name) + ".tflite");
      if (!std::filesystem::exists(file)) continue;
      std::string difference;
      try {
        difference = first_difference(mode.make(folder), tflite::read_model_file(file));
      } catch (const Error& error) {
        difference = error.what();
      }
      if (difference.empty()) {
        ++equal[mode.name];
        continue;
      }
      differing.push_back(fmt::format("{}/{}", name, mode.name));
      details += fmt::format("{}/{}: {}\n", name, mode.name, difference);
    }
  }
  return differing;
}

TEST(QuantizeGolden, GivesTheConvertersFiles) {
  MLTK_NEEDS_GOLDEN_DATA();
  std::map<std::string_view, int> equal;
  std::string details;
  const auto differing = differing_files(equal, details);
  if (std::getenv("MLTK_VERBOSE") != nullptr) fmt::print("{} differ:\n{}", differing.size(), details);
  EXPECT_THAT(differing, testing::ElementsAreArray(kDifferent)) << details;
  int all = 0;
  for (const auto& [mode, count] : equal) all += count;
  for (const auto& [mode, count] : equal) test::figure("{}: {} files of the converter reproduced", mode, count);
  test::figure("{} of {} quantized files of the converter reproduced", all, all + static_cast<int>(differing.size()));
  EXPECT_GE(all, 442);
}

/// The calibration samples of a case, one a call.
SampleSource samples_of(const std::filesystem::path& folder) {
  std::vector<Tensor> arrays;
  while (std::filesystem::exists(folder / fmt::format("calibrate{}.npy", arrays.size())))
    arrays.push_back(read_npy(folder / fmt::format("calibrate{}.npy", arrays.size())));
  return [arrays, row = std::int64_t{0}](std::vector<Tensor>& sample) mutable {
    if (row == arrays[0].shape()[0]) return false;
    sample.clear();
    for (const Tensor& array : arrays) sample.push_back(array.rows(row, 1));
    ++row;
    return true;
  };
}

TEST(CalibrateGolden, FindsTheConvertersRanges) {
  MLTK_NEEDS_GOLDEN_DATA();
  int compared = 0;
  int models = 0;
  for (const std::string& name : golden_cases("converter")) {
    const auto folder = shared_data() / "golden" / "converter" / name;
    // Shapes that the model computes, part of which the runtime knows all the same.
    if (name == "layer_norm") continue;
    if (!std::filesystem::exists(folder / "calibrated.tflite")) continue;
    ++models;
    const Ranges found = calibrate(tflite::read_model_file(folder / "calibrated.tflite"), samples_of(folder));
    for (const auto& [tensor, expected] : read_ranges(folder / "ranges.json")) {
      if (!found.contains(tensor)) continue;  // what stands between the gates of an LSTM
      const float tolerance = 1e-5F * std::max(std::abs(expected.min), std::abs(expected.max));
      EXPECT_NEAR(found.at(tensor).min, expected.min, tolerance) << name << ", tensor " << tensor;
      EXPECT_NEAR(found.at(tensor).max, expected.max, tolerance) << name << ", tensor " << tensor;
      ++compared;
    }
  }
  test::figure("{} calibrated ranges of {} models are the converter's", compared, models);
  EXPECT_GE(compared, 606);
}

TEST(RecordedRanges, GiveTheRecordedModelAgain) {
  MLTK_NEEDS_GOLDEN_DATA();
  int equal = 0;
  for (const std::string& name : golden_cases("converter")) {
    const auto folder = shared_data() / "golden" / "converter" / name;
    if (!std::filesystem::exists(folder / "int8.tflite") || name.find("lstm") != std::string::npos) continue;
    const auto model = tflite::read_model_file(folder / "calibrated.tflite");
    const auto recorded = tflite::read_model_file(folder / "int8.tflite");
    const auto again = quantize_int8(model, recorded_ranges(model, recorded),
                                     {.input_type = TensorType::int8, .output_type = TensorType::int8});
    const std::string difference = first_difference(again, recorded);
    EXPECT_EQ(difference, "") << name;
    equal += difference.empty() ? 1 : 0;
  }
  EXPECT_GE(equal, 100);
}

TEST(RecordedRanges, RefuseAnotherNetwork) {
  MLTK_NEEDS_GOLDEN_DATA();
  const auto folder = shared_data() / "golden" / "converter";
  const auto dense = tflite::read_model_file(folder / "dense" / "calibrated.tflite");
  EXPECT_THAT([&] { recorded_ranges(dense, tflite::read_model_file(folder / "max_pool" / "int8.tflite")); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("other operators")));
  EXPECT_THAT([&] { recorded_ranges(dense, dense); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("is float32, expected int8")));
}

}  // namespace
}  // namespace mltk::quantize
