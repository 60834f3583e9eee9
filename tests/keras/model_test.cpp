#include "keras/model.h"

#include <gtest/gtest.h>

#include "golden.h"
#include "keras/h5.h"

namespace mltk::keras {
namespace {

/// The text above Keras' last rule.
std::string table_of(const std::string& text) {
  const std::size_t end = text.find("Non-trainable params");
  return text.substr(0, end);
}

TEST(Model, PrintsKerasSummary) {
  MLTK_NEEDS_GOLDEN_DATA();
  // Written by newer Keras; older ones print narrower columns and no bytes.
  int tested = 0;
  for (const char* name : {"mltk_autoencoder_example", "mltk_image_example1", "mltk_keyword_spotting"}) {
    const auto folder = shared_data() / "models" / name;
    if (!std::filesystem::exists(folder / "model.h5.summary.txt")) continue;
    const std::string expected = read_text_file(folder / "model.h5.summary.txt");
    if (expected.find(" KB)") == std::string::npos) continue;
    EXPECT_EQ(table_of(load_model(folder / "model.h5").model->summary()), table_of(expected)) << name;
    ++tested;
  }
  if (tested == 0) GTEST_SKIP() << "no summary of Keras 2.13 or newer among the models";
}

TEST(Model, RejectsInputsThatAreNotGiven) {
  const auto no_seed = [] { return std::int64_t{0}; };
  const auto a = call_layer(std::make_shared<Layer>("InputLayer", "a", Json{{"input_shape", {3}}}), {}, no_seed);
  const auto b = call_layer(std::make_shared<Layer>("InputLayer", "b", Json{{"input_shape", {3}}}), {}, no_seed);
  const auto sum = call_layer(std::make_shared<Layer>("Add", "add", Json::object()), {a, b}, no_seed);
  EXPECT_THROW(Model("m", {a}, {sum}), Error);
  EXPECT_EQ(Model("m", {a, b}, {sum}).layers().size(), 3);
}

}  // namespace
}  // namespace mltk::keras
