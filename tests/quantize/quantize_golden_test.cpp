// The quantizer against the real converter: the float model and its recorded ranges give the int8 file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compare.h"
#include "golden.h"
#include "quantize/quantize.h"
#include "tflite/reader.h"

namespace mltk::quantize {
namespace {

Ranges read_ranges(const std::filesystem::path& path) {
  Ranges ranges;
  for (const auto& entry : nlohmann::json::parse(read_text_file(path))) {
    if (entry.at("subgraph") == 0) ranges[entry.at("tensor")] = {entry.at("min"), entry.at("max")};
  }
  return ranges;
}

/// What still differs from the converter: order of operators around shared tensors, the type of PRELU's slopes, the
/// version of RESIZE operators.
const std::vector<std::string> kDiffering = {"concat_fixed_range/int8",
                                             "concat_fixed_range/int8_float_io",
                                             "concat_shared/int8_float_io",
                                             "prelu/int8",
                                             "prelu/int8_float_io",
                                             "resizing/int8",
                                             "resizing/int8_float_io",
                                             "siamese/int8",
                                             "siamese/int8_float_io",
                                             "two_outputs/int8_float_io",
                                             "up_bilinear/int8",
                                             "up_bilinear/int8_float_io",
                                             "up_nearest/int8",
                                             "up_nearest/int8_float_io"};

TEST(QuantizeGolden, GivesTheConvertersInt8Files) {
  MLTK_NEEDS_GOLDEN_DATA();
  int equal = 0;
  std::vector<std::string> differing;
  std::string details;
  std::string refused;
  for (const std::string& name : golden_cases("converter")) {
    const auto folder = shared_data() / "golden" / "converter" / name;
    if (!std::filesystem::exists(folder / "calibrated.tflite")) continue;
    const auto float_model = tflite::read_model_file(folder / "calibrated.tflite");
    const Ranges ranges = read_ranges(folder / "ranges.json");
    for (const auto& [mode, type] : {std::pair{"int8", tflite::TensorType::int8},
                                     {"int8_float_io", tflite::TensorType::float32},
                                     {"uint8", tflite::TensorType::uint8}}) {
      const auto file = folder / (std::string(mode) + ".tflite");
      if (!std::filesystem::exists(file)) continue;
      try {
        const auto model = quantize_int8(float_model, ranges, {.input_type = type, .output_type = type});
        const std::string difference = first_difference(model, tflite::read_model_file(file));
        if (difference.empty()) {
          ++equal;
        } else {
          differing.push_back(fmt::format("{}/{}", name, mode));
          details += fmt::format("{}/{}: {}\n", name, mode, difference);
        }
      } catch (const Error& error) {
        refused += fmt::format("{}/{}: {}\n", name, mode, error.what());
      }
    }
  }
  EXPECT_THAT(differing, testing::UnorderedElementsAreArray(kDiffering)) << details << "refused:\n" << refused;
  EXPECT_GE(equal, 183);
}

}  // namespace
}  // namespace mltk::quantize
