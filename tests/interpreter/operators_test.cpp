// Models of single operators against TensorFlow Lite Micro: bytes and arena. tools/operator_goldens makes them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "interpreter/arena.h"
#include "interpreter/interpreter.h"
#include "tflite/reader.h"
#include "tflite/writer.h"

namespace mltk {
namespace {

using testing::ElementsAreArray;

const std::filesystem::path kFolder = std::filesystem::path(MLTK_SOURCE_DIR) / "tests" / "golden" / "operators";

std::vector<nlohmann::json> entries() {
  std::ifstream file(kFolder / "index.json");
  return nlohmann::json::parse(file).get<std::vector<nlohmann::json>>();
}

std::string name_of(const testing::TestParamInfo<nlohmann::json>& info) { return info.param.at("name"); }

class Operators : public testing::TestWithParam<nlohmann::json> {
 protected:
  std::filesystem::path file(const std::string& suffix) const {
    return kFolder / (GetParam().at("name").get<std::string>() + suffix);
  }

  void check(Interpreter interpreter) const {
    const auto recorded = read_file(file(".io"));
    std::span<const std::uint8_t> rest(recorded);
    const auto take = [&](std::size_t count) {
      const auto head = rest.first(count);
      rest = rest.subspan(count);
      return head;
    };
    for (int repeat = 0; repeat < GetParam().at("repeats").get<int>(); ++repeat) {
      for (std::size_t i = 0; i < interpreter.input_count(); ++i) {
        interpreter.set_input(i, take(static_cast<std::size_t>(byte_size(interpreter.input_tensor(i)))));
      }
      interpreter.invoke();
      for (std::size_t i = 0; i < interpreter.output_count(); ++i) {
        const auto output = interpreter.output(i);
        ASSERT_THAT(output, ElementsAreArray(take(output.size()))) << "output " << i << ", inference " << repeat;
      }
    }
    EXPECT_TRUE(rest.empty());
  }
};

TEST_P(Operators, EqualsTheDeviceInEveryByte) {
  for (const tflite::KernelSet kernels : {tflite::KernelSet::reference, tflite::KernelSet::simd}) {
    check(Interpreter(tflite::read_model_file(file(".tflite")), kernels));
  }
}

TEST_P(Operators, ComputesTheSameWhenWrittenAgain) {
  const tflite::Model model = tflite::read_model_file(file(".tflite"));
  check(Interpreter(tflite::read_model(tflite::write_model(model))));
}

TEST_P(Operators, NeedsTheArenaOfTheDevice) {
  const tflite::Model model = tflite::read_model_file(file(".tflite"));
  EXPECT_EQ(arena_size(model, PointerSize::bits_64).used, GetParam().at("used_64").get<std::int64_t>());
  EXPECT_EQ(arena_size(model, PointerSize::bits_32).used, GetParam().at("used_32").get<std::int64_t>());
}

INSTANTIATE_TEST_SUITE_P(Golden, Operators, testing::ValuesIn(entries()), name_of);

}  // namespace
}  // namespace mltk
