// Keras models through the converter, against the float files of the real one.

#include "quantize/converter.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "compare.h"
#include "golden.h"
#include "keras/h5.h"
#include "tflite/reader.h"

namespace mltk::quantize {
namespace {

TEST(ConverterGolden, GivesTheConvertersFloatFiles) {
  MLTK_NEEDS_GOLDEN_DATA();
  int equal = 0;
  std::string differing;
  std::string refused;
  for (const std::string& name : golden_cases("converter")) {
    const auto folder = shared_data() / "golden" / "converter" / name;
    if (!std::filesystem::exists(folder / "float32.tflite")) continue;
    try {
      const auto loaded = keras::load_model(folder / "model.h5");
      const auto model = convert_to_float(loaded.model->inference_graph());
      const std::string difference = first_difference(model, tflite::read_model_file(folder / "float32.tflite"));
      if (difference.empty()) {
        ++equal;
      } else {
        differing += fmt::format("{}: {}\n", name, difference);
      }
    } catch (const Error& error) {
      refused += fmt::format("{}: {}\n", name, error.what());
    }
  }
  if (std::getenv("MLTK_VERBOSE") != nullptr)
    fmt::print("{} equal\ndiffering:\n{}refused:\n{}", equal, differing, refused);
  EXPECT_GE(equal, 20);
}

}  // namespace
}  // namespace mltk::quantize
