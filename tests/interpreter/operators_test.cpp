// Models of single operators against TensorFlow Lite Micro: bytes and arena. tools/operator_goldens makes them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "figures.h"
#include "interpreter/arena.h"
#include "interpreter/interpreter.h"
#include "interpreter/profile.h"
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

TEST_P(Operators, HasAProfile) {
  const ProfileReport report = profile(tflite::read_model_file(file(".tflite")), "operator", 1);
  for (const LayerProfile& layer : report.layers) EXPECT_EQ(layer.error, "");
  ASSERT_TRUE(report.arena_32.has_value());
  EXPECT_EQ(report.arena_32->used, GetParam().at("used_32").get<std::int64_t>());
}

TEST(DetectionPostprocess, RefusesOptionsThatMakeNoSense) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder / ".." / ".." / "fuzz" / "corpus")) {
    if (!entry.path().stem().string().starts_with("detection_")) continue;
    SCOPED_TRACE(entry.path().stem().string());
    ++files;
    try {
      Interpreter interpreter(tflite::read_model_file(entry.path()));
      interpreter.invoke();
      ADD_FAILURE() << "it ran";
    } catch (const Error& error) {
      EXPECT_THAT(error.message(), testing::AnyOf(testing::HasSubstr("TFLite_Detection_PostProcess"),
                                                  testing::HasSubstr("tensors need")));
    }
  }
  EXPECT_GE(files, 16);
}

TEST(OperatorGoldens, AreOfEveryOperatorOfTheDevice) {
  test::figure("{} models of single operators, each compared with the device in bytes and arena", entries().size());
  EXPECT_GE(entries().size(), 402U);
}

INSTANTIATE_TEST_SUITE_P(Golden, Operators, testing::ValuesIn(entries()), name_of);

}  // namespace
}  // namespace mltk
