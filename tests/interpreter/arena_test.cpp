#include "interpreter/arena.h"

#include <gtest/gtest.h>

#include "reference_models.h"
#include "tflite/reader.h"

namespace mltk {
namespace {

TEST(Arena, EqualsWhatTheCompiledLibraryReports) {
  const auto models = test::reference_models();
  MLTK_REQUIRE_MODELS(models);
  for (const auto& entry : models) {
    SCOPED_TRACE(entry.at("name").get<std::string>());
    const tflite::Model model = tflite::read_model_file(test::model_path(entry));
    const auto& arena = entry.at("arena");
    const ArenaSize wide = arena_size(model, PointerSize::bits_64);
    EXPECT_EQ(wide.head, arena.at("head"));
    EXPECT_EQ(wide.used, arena.at("used_64bit"));
    EXPECT_EQ(wide.minimum, arena.at("min_64bit"));
    const ArenaSize narrow = arena_size(model, PointerSize::bits_32);
    EXPECT_EQ(narrow.head, arena.at("head"));
    EXPECT_EQ(narrow.used, arena.at("used_32bit_i386"));
  }
}

nlohmann::json cmsis_nn_golden() {
  std::ifstream file(std::filesystem::path(MLTK_SOURCE_DIR) / "tests/golden/arena/cmsis_nn.json");
  return nlohmann::json::parse(file);
}

TEST(Arena, EqualsWhatABuildWithCmsisNnReports) {
  const auto models = test::reference_models();
  MLTK_REQUIRE_MODELS(models);
  const auto golden = cmsis_nn_golden().at("models");
  for (const auto& entry : models) {
    const tflite::Model model = tflite::read_model_file(test::model_path(entry));
    for (const auto& [kernels, used] : golden.at(entry.at("name").get<std::string>()).items()) {
      SCOPED_TRACE(entry.at("name").get<std::string>() + " " + kernels);
      EXPECT_EQ(arena_size(model, PointerSize::bits_32, tflite::device_kernels(kernels)).used, used.at("used_32bit"));
      EXPECT_EQ(arena_size(model, PointerSize::bits_64, tflite::device_kernels(kernels)).used, used.at("used_64bit"));
    }
  }
}

/// Transposed and one-dimensional convolutions, 16-bit activations, floats.
TEST(Arena, EqualsABuildWithCmsisNnOnConvertedLayers) {
  const auto folder = test::models_folder() / ".." / "golden" / "converter";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no conversions in " << folder;
  const auto golden = cmsis_nn_golden().at("converter");
  ASSERT_GT(golden.size(), 100U);
  for (const auto& [file, sizes] : golden.items()) {
    const tflite::Model model = tflite::read_model_file(folder / file);
    for (const auto& [kernels, used] : sizes.items()) {
      SCOPED_TRACE(file + " " + kernels);
      EXPECT_EQ(arena_size(model, PointerSize::bits_32, tflite::device_kernels(kernels)).used, used);
    }
  }
}

}  // namespace
}  // namespace mltk
