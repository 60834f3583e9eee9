// What the settings of `tflite_converter` make of a trained digits network.

#include "spec/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "golden.h"
#include "interpreter/interpreter.h"
#include "keras/files.h"

namespace mltk {
namespace {

using tflite::TensorType;

constexpr char kInt8Ops[] = "TFLITE_BUILTINS_INT8";
constexpr char kInt16Ops[] = "EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8";

std::filesystem::path digits() { return std::filesystem::path(MLTK_SOURCE_DIR) / "tests" / "golden" / "digits"; }

quantize::SampleSource rows_of(const Tensor& pictures) {
  return [&pictures, next = std::int64_t{0}](std::vector<Tensor>& sample) mutable {
    if (next == pictures.shape()[0]) return false;
    sample = {pictures.rows(next++, 1)};
    return true;
  };
}

/// Scores of every picture, by a model with codes for its input and output.
std::vector<std::vector<float>> scores(const tflite::Model& model, const Tensor& pictures) {
  Interpreter interpreter(model);
  const tflite::Quantization& in = interpreter.input_tensor(0).quantization;
  const tflite::Quantization& out = interpreter.output_tensor(0).quantization;
  std::vector<std::vector<float>> result;
  for (std::int64_t row = 0; row < pictures.shape()[0]; ++row) {
    std::vector<std::int16_t> codes;
    const Tensor picture = pictures.rows(row, 1);
    for (const float value : picture.as<float>())
      codes.push_back(static_cast<std::int16_t>(std::lround(value / in.scale[0])));
    interpreter.set_input(0, {reinterpret_cast<const std::uint8_t*>(codes.data()), codes.size() * 2});
    interpreter.invoke();
    const auto bytes = interpreter.output(0);
    const std::span values(reinterpret_cast<const std::int16_t*>(bytes.data()), bytes.size() / 2);
    std::vector<float>& row_scores = result.emplace_back();
    for (const std::int16_t value : values) row_scores.push_back(static_cast<float>(value) * out.scale[0]);
  }
  return result;
}

TEST(ConvertModel, Int16ActivationsKeepTheScoresOfTheTrainedNetwork) {
  const Tensor pictures = read_npy(digits() / "pictures.npy");
  const Tensor predictions = read_npy(digits() / "predictions.npy");
  const auto loaded = keras::load_model(digits() / "digits.h5");
  const tflite::Model model = convert_model(
      *loaded.model, {.supported_ops = {kInt16Ops}, .input_type = TensorType::int16, .output_type = TensorType::int16},
      rows_of(pictures));
  EXPECT_EQ(model.subgraphs[0].tensors[static_cast<std::size_t>(model.subgraphs[0].inputs[0])].type, TensorType::int16);
  const auto result = scores(model, pictures);
  ASSERT_EQ(result.size(), 225U);
  int same_class = 0;
  double error = 0;
  for (std::size_t row = 0; row < result.size(); ++row) {
    const auto expected = predictions.as<float>().subspan(row * 10, 10);
    const auto best = std::ranges::max_element(result[row]) - result[row].begin();
    same_class += best == std::ranges::max_element(expected) - expected.begin() ? 1 : 0;
    for (std::size_t i = 0; i < 10; ++i) error += std::abs(result[row][i] - expected[i]) / 2250;
  }
  EXPECT_EQ(same_class, 225);
  // The weights have 8 bits, which moves scores a little.
  EXPECT_LT(error, 1e-3);
}

TEST(ConvertModel, Float16HalvesTheWeights) {
  const auto loaded = keras::load_model(digits() / "digits.h5");
  const auto bytes_of_constants = [](const tflite::Model& model) {
    std::size_t bytes = 0;
    for (const tflite::Tensor& tensor : model.subgraphs[0].tensors) {
      if (tensor.type != TensorType::int32) bytes += model.buffer_of(tensor).size();
    }
    return bytes;
  };
  const auto whole = convert_model(*loaded.model, {.optimize = false}, nullptr);
  const auto half = convert_model(*loaded.model, {.supported_types = {"float16"}}, nullptr);
  EXPECT_EQ(2 * bytes_of_constants(half), bytes_of_constants(whole));
}

TEST(ConverterMode, FollowsTheSettings) {
  EXPECT_EQ(mode_of({.optimize = false}, true), ConverterMode::float32);
  EXPECT_EQ(mode_of({}, false), ConverterMode::dynamic_range);
  EXPECT_EQ(mode_of({}, true), ConverterMode::int8);
  EXPECT_EQ(mode_of({.new_quantizer = false}, true), ConverterMode::int8_old_quantizer);
  EXPECT_EQ(mode_of({.supported_ops = {kInt16Ops}}, true), ConverterMode::int16x8);
  EXPECT_EQ(mode_of({.supported_types = {"float16"}}, true), ConverterMode::float16);
}

std::string message_of(const ConverterSettings& settings, bool has_samples) {
  try {
    mode_of(settings, has_samples);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ConverterMode, NamesTheKeyThatContradicts) {
  using testing::HasSubstr;
  EXPECT_THAT(message_of({.supported_ops = {"SELECT_TF_OPS"}}, true),
              HasSubstr("'supported_ops'] has 'SELECT_TF_OPS'"));
  EXPECT_THAT(message_of({.supported_ops = {kInt16Ops}}, false), HasSubstr("representative_dataset"));
  EXPECT_THAT(message_of({.supported_ops = {kInt8Ops}}, false), HasSubstr("representative_dataset"));
  EXPECT_THAT(message_of({.supported_ops = {kInt8Ops}, .supported_types = {"float16"}}, true),
              HasSubstr("target_spec"));
  EXPECT_THAT(message_of({.supported_types = {"bfloat16"}}, true), HasSubstr("'bfloat16'"));
  EXPECT_THAT(message_of({.optimize = false, .input_type = TensorType::int8}, true),
              HasSubstr("'inference_input_type'] is int8"));
  EXPECT_THAT(message_of({.output_type = TensorType::int16}, true), HasSubstr("'inference_output_type'] is int16"));
  EXPECT_THAT(message_of({.supported_ops = {kInt16Ops}, .input_type = TensorType::int8}, true),
              HasSubstr("can have: float32, int16"));
}

}  // namespace
}  // namespace mltk
