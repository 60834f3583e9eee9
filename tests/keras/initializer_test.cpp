#include "keras/initializer.h"

#include <gtest/gtest.h>

#include "golden.h"

namespace mltk::keras {
namespace {

TEST(Initializer, GivesKerasNumbersBitForBit) {
  MLTK_NEEDS_GOLDEN_DATA();
  int tested = 0;
  for (const std::string& name : golden_cases("initializers")) {
    const GoldenCase golden("initializers", name);
    if (!golden.json.contains("initializer") || !golden.has("value")) continue;
    const auto class_name = golden.json["initializer"]["class_name"].get<std::string>();
    const Tensor expected = golden.array("value");
    const Tensor actual = draw_initial_values(normalize_initializer(golden.json["initializer"]), expected.shape(),
                                              [] { return std::int64_t{0}; });
    if (class_name == "Orthogonal") {
      expect_close(actual, expected, 2e-6, 0, name);  // the decomposition has last bits of its own
    } else {
      EXPECT_EQ(actual, expected) << name;
    }
    ++tested;
  }
  EXPECT_GE(tested, 36);
}

TEST(Initializer, NamesWhatItKnows) {
  try {
    normalize_initializer("glorot");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("glorot_uniform"), std::string::npos);
  }
}

}  // namespace
}  // namespace mltk::keras
