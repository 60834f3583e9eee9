#include "tflite/parameters.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/md5.h"
#include "models.h"
#include "reference_models.h"
#include "tflite/reader.h"
#include "tflite/writer.h"

namespace mltk::tflite {
namespace {

TEST(Parameters, KeepEveryTypeAndTheOrderOfInsertion) {
  Parameters parameters;
  parameters.set("z", true);
  parameters.set("i8", std::int8_t{-5});
  parameters.set("u8", std::uint8_t{0});
  parameters.set("i16", std::int16_t{-300});
  parameters.set("u16", std::uint16_t{60000});
  parameters.set("i32", std::int32_t{-70000});
  parameters.set("u32", std::uint32_t{4000000000});
  parameters.set("i64", std::int64_t{-5000000000});
  parameters.set("u64", std::uint64_t{18446744073709551615U});
  parameters.set("f32", 0.025F);
  parameters.set("f64", -1.5);
  parameters.set("str", std::string("text"));
  parameters.set("str_list", std::vector<std::string>{"a", "b"});
  parameters.set("int32_list", std::vector<std::int32_t>{1, -2});
  parameters.set("float_list", std::vector<float>{0.5F});
  parameters.set("bin", std::vector<std::uint8_t>{1, 2, 3});
  EXPECT_EQ(decode_parameters(encode(parameters)), parameters);
}

TEST(Parameters, SetKeepsThePlaceOfAKey) {
  Parameters parameters;
  parameters.set("a", true);
  parameters.set("b", true);
  parameters.set("a", false);
  ASSERT_EQ(parameters.entries().size(), 2U);
  EXPECT_EQ(parameters.entries()[0].first, "a");
  EXPECT_EQ(std::get<bool>(parameters.entries()[0].second), false);
}

TEST(Parameters, IntegersTakeTheSmallestType) {
  EXPECT_TRUE(std::holds_alternative<std::uint8_t>(integer_parameter(std::int64_t{255})));
  EXPECT_TRUE(std::holds_alternative<std::uint16_t>(integer_parameter(std::int64_t{256})));
  EXPECT_TRUE(std::holds_alternative<std::int8_t>(integer_parameter(std::int64_t{-128})));
  EXPECT_TRUE(std::holds_alternative<std::int16_t>(integer_parameter(std::int64_t{-129})));
  EXPECT_TRUE(std::holds_alternative<std::int64_t>(integer_parameter(std::int64_t{-5000000000})));
}

TEST(Parameters, OnlyPositiveRealsBecomeFloat32) {
  EXPECT_TRUE(std::holds_alternative<float>(real_parameter(0.5)));
  EXPECT_TRUE(std::holds_alternative<double>(real_parameter(0.0)));
  EXPECT_TRUE(std::holds_alternative<double>(real_parameter(-0.5)));
}

TEST(Parameters, PrintAsPythonDoes) {
  EXPECT_EQ(to_text(ParameterValue(true)), "True");
  EXPECT_EQ(to_text(ParameterValue(0.025F)), "0.02500000037252903");
  EXPECT_EQ(to_text(ParameterValue(3999.0F)), "3999.0");
  EXPECT_EQ(to_text(ParameterValue(0.0)), "0.0");
  EXPECT_EQ(to_text(ParameterValue(std::vector<std::int32_t>{1, 2})), "[1, 2]");
  EXPECT_EQ(to_text(ParameterValue(std::vector<std::string>{"a", "b"})), "['a', 'b']");
}

TEST(Parameters, RejectDamagedBytes) {
  Parameters parameters;
  parameters.set("name", std::string("model"));
  auto bytes = encode(parameters);
  bytes.resize(bytes.size() / 2);
  EXPECT_THROW(decode_parameters(bytes), Error);
  EXPECT_THROW(decode_parameters({}), Error);
}

TEST(Parameters, StampIsTheHashOfTheFileWithoutIt) {
  Model model = test::conv_model();
  Parameters parameters;
  parameters.set("name", std::string("conv"));
  const Parameters stamped = stamp_parameters(model, parameters, {.hash = {}, .date = "2026-01-02T03:04:05.678Z"});

  parameters.set("hash", std::string());
  parameters.set("date", std::string());
  Model blank = test::conv_model();
  write_parameters(blank, parameters);
  EXPECT_EQ(stamped.text("hash"), md5_hex(write_model(blank)));
  EXPECT_EQ(stamped.text("date"), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(read_parameters(model), stamped);
}

TEST(Parameters, TimeHasMilliseconds) {
  const std::chrono::system_clock::time_point time{std::chrono::milliseconds{1651167215474}};
  EXPECT_EQ(utc_text(time), "2022-04-28T17:33:35.474Z");
}

TEST(Parameters, OfMltkFilesSurviveRewriting) {
  const auto models = test::reference_models();
  MLTK_REQUIRE_MODELS(models);
  int found = 0;
  for (const auto& entry : models) {
    const Model model = read_model_file(test::model_path(entry));
    const Parameters parameters = read_parameters(model);
    if (parameters.empty()) continue;
    ++found;
    EXPECT_FALSE(parameters.text("name").empty()) << entry.at("name");
    EXPECT_EQ(decode_parameters(encode(parameters)), parameters) << entry.at("name");
  }
  EXPECT_GE(found, 10);
}

}  // namespace
}  // namespace mltk::tflite
