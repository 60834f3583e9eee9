#include "tflite/runtime_version.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models.h"
#include "reference_models.h"
#include "tflite/metadata.h"
#include "tflite/reader.h"

namespace mltk::tflite {
namespace {

TEST(RuntimeVersion, IsTheNewestThatAnOperatorNeeds) {
  Model model = test::conv_model();
  EXPECT_EQ(min_runtime_version(model), "1.14.0");
  model.subgraphs[0].operators[0].version = 6;
  EXPECT_EQ(min_runtime_version(model), "2.9.0");
  model.subgraphs[0].operators[0].version = 99;
  EXPECT_EQ(min_runtime_version(model), "");
}

TEST(RuntimeVersion, IsStoredIn16Bytes) {
  Model model = test::conv_model();
  set_min_runtime_version(model);
  const auto* bytes = find_metadata(model, "min_runtime_version");
  ASSERT_NE(bytes, nullptr);
  EXPECT_EQ(bytes->size(), 16U);
  EXPECT_EQ(std::string(bytes->begin(), std::ranges::find(*bytes, 0)), "1.14.0");
}

TEST(RuntimeVersion, EqualsTheConvertersOfNewFiles) {
  const auto models = test::reference_models();
  MLTK_REQUIRE_MODELS(models);
  for (const auto& entry : models) {
    const Model model = read_model_file(test::model_path(entry));
    const auto* bytes = find_metadata(model, "min_runtime_version");
    if (bytes == nullptr) continue;
    const std::string stored(bytes->begin(), std::ranges::find(*bytes, 0));
    if (stored != "1.14.0") continue;  // older converters store the float model's
    EXPECT_EQ(min_runtime_version(model), stored) << entry.at("name");
  }
}

}  // namespace
}  // namespace mltk::tflite
