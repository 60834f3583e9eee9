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

}  // namespace
}  // namespace mltk
