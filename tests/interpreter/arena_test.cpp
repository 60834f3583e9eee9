#include "interpreter/arena.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "figures.h"
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

/// Models against builds of the library with each set of kernels; tools/arena_goldens makes the file.
class ArenaOfBuilds : public testing::TestWithParam<std::string> {
 protected:
  /// `at_least` models; in `inexact` of them the library prepares a kernel in a few bytes less, over objects that it
  /// holds.
  void check(const std::filesystem::path& folder, const std::string& section, int at_least, int inexact) const {
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no models in " << folder;
    std::ifstream file(std::filesystem::path(MLTK_SOURCE_DIR) / "tests/golden/arena/arena.json");
    const auto golden = nlohmann::json::parse(file).at(section);
    int builds = 0;
    int larger = 0;
    for (const auto& [name, row] : golden.items()) {
      if (!row.contains(GetParam())) continue;
      SCOPED_TRACE(name);
      ++builds;
      const tflite::Model model = tflite::read_model_file(folder / name);
      for (const PointerSize pointers : {PointerSize::bits_32, PointerSize::bits_64}) {
        const auto& used_and_minimum = row.at(GetParam()).at(pointers == PointerSize::bits_32 ? 0 : 1);
        const ArenaSize size = arena_size(model, pointers, tflite::device_kernels(GetParam()));
        EXPECT_EQ(size.used, used_and_minimum.at(0));
        const auto minimum = used_and_minimum.at(1).get<std::int64_t>();
        EXPECT_GE(size.minimum, minimum);
        EXPECT_LE(size.minimum, minimum + 80);
        if (size.minimum != minimum) ++larger;
      }
    }
    test::figure("arena with {} kernels: {} {}, `used` of all equal, `minimum` of {} of {} sizes", GetParam(), builds,
                 section, 2 * builds - larger, 2 * builds);
    EXPECT_GE(builds, at_least);
    EXPECT_LE(larger, inexact);
  }
};

TEST_P(ArenaOfBuilds, EqualsThatOfTheReferenceModels) { check(test::models_folder(), "models", 32, 0); }

TEST_P(ArenaOfBuilds, EqualsThatOfConvertedModels) {
  check(test::models_folder() / ".." / "golden" / "converter", "converter", 600, 28);
}

TEST_P(ArenaOfBuilds, EqualsThatOfSingleOperators) {
  check(std::filesystem::path(MLTK_SOURCE_DIR) / "tests/golden/operators", "operators", 390, 16);
}

INSTANTIATE_TEST_SUITE_P(Kernels, ArenaOfBuilds, testing::Values("reference", "cmsis-nn-c", "cmsis-nn", "cmsis-nn-mve"),
                         [](const auto& kernels) {
                           std::string name = kernels.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace mltk
