// Keras models through the converter, against the float files of the real one.

#include "quantize/converter.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "compare.h"
#include "golden.h"
#include "golden_models.h"
#include "graph/ops/concat.h"
#include "graph/ops/relu.h"
#include "interpreter/interpreter.h"
#include "keras/files.h"
#include "tflite/reader.h"

namespace mltk::quantize {
namespace {

/// Cases whose files differ. TensorFlow's LayerNormalization is a batch normalization of a picture whose size is
/// computed when the model runs, which a device's runtime, where sizes are those of the file, cannot run; ours is 9
/// operators.
const std::set<std::string_view> kDifferent = {"layer_norm"};

TEST(ConverterGolden, GivesTheConvertersFloatFiles) {
  MLTK_NEEDS_GOLDEN_DATA();
  int equal = 0;
  for (const std::string& name : golden_cases("converter")) {
    const auto folder = shared_data() / "golden" / "converter" / name;
    std::string difference;
    try {
      difference = first_difference(converted(folder), tflite::read_model_file(folder / "float32.tflite"));
    } catch (const Error& error) {
      difference = error.what();
    }
    equal += difference.empty() ? 1 : 0;
    if (!kDifferent.contains(name)) {
      EXPECT_EQ(difference, "") << name;
    }
    if (!difference.empty() && std::getenv("MLTK_VERBOSE") != nullptr) fmt::print("{}: {}\n", name, difference);
  }
  EXPECT_GE(equal, 114);
}

/// Outputs of one sample after another.
std::vector<float> outputs_of(const tflite::Model& model, const std::vector<Tensor>& samples) {
  Interpreter interpreter(model);
  std::vector<float> values;
  for (std::int64_t row = 0; row < samples[0].shape()[0]; ++row) {
    for (std::size_t i = 0; i < samples.size(); ++i) interpreter.set_input(i, samples[i].rows(row, 1).bytes());
    interpreter.reset_variables();
    interpreter.invoke();
    const auto bytes = interpreter.output(0);
    const std::span output(reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float));
    values.insert(values.end(), output.begin(), output.end());
  }
  return values;
}

TEST(ConverterGolden, ModelsComputeWhatKerasComputes) {
  MLTK_NEEDS_GOLDEN_DATA();
  int computed = 0;
  for (const std::string& name : golden_cases("converter")) {
    const auto folder = shared_data() / "golden" / "converter" / name;
    const tflite::Model model = converted(folder);
    std::vector<Tensor> samples;
    while (std::filesystem::exists(folder / fmt::format("sample{}.npy", samples.size())))
      samples.push_back(read_npy(folder / fmt::format("sample{}.npy", samples.size())));
    const Tensor expected = read_npy(folder / "keras_output0.npy");
    const auto actual = outputs_of(model, samples);
    ASSERT_EQ(actual.size(), expected.as<float>().size()) << name;
    float most = 0;
    float worst = 0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
      most = std::max(most, std::abs(expected.as<float>()[i]));
      worst = std::max(worst, std::abs(actual[i] - expected.as<float>()[i]));
    }
    EXPECT_LE(worst, 2e-5F * most) << name;
    ++computed;
  }
  EXPECT_GE(computed, 115);
}

TEST(Converter, FoldsBatchNormalizationTheSameWayOnEveryMachine) {
  MLTK_NEEDS_GOLDEN_DATA();
  const auto folder = shared_data() / "golden" / "converter" / "conv_bn_relu";
  const auto loaded = keras::load_model(folder / "model.h5");
  const auto portable = convert_to_float(loaded.model->inference_graph());
  const auto expected = tflite::read_model_file(folder / "float32.tflite");
  const auto& weights = portable.buffer_of(
      portable.subgraphs[0].tensors.at(static_cast<std::size_t>(portable.subgraphs[0].operators[0].inputs[1])));
  const auto& golden = expected.buffer_of(
      expected.subgraphs[0].tensors.at(static_cast<std::size_t>(expected.subgraphs[0].operators[0].inputs[1])));
  ASSERT_EQ(weights.size(), golden.size());
  for (std::size_t i = 0; i < weights.size(); i += sizeof(float)) {
    float a = 0;
    float b = 0;
    std::memcpy(&a, &weights[i], sizeof(float));
    std::memcpy(&b, &golden[i], sizeof(float));
    EXPECT_NEAR(a, b, 2e-6F * std::abs(b));
  }
}

TEST(Converter, JoinsManyTensorsInPartsThatTheDeviceTakes) {
  constexpr std::size_t kParts = 123;
  Graph graph;
  const ValueId x = graph.add_input("x", {DType::float32, {kBatch, 2}});
  graph.set_outputs({ops::concat(graph, std::vector<ValueId>(kParts, ops::relu(graph, x)), {})});
  const tflite::Model model = convert_to_float(graph);
  Tensor sample(DType::float32, {1, 2});
  std::ranges::copy(std::array{1.0F, 2.0F}, sample.as<float>().begin());
  const std::vector<float> values = outputs_of(model, {sample});
  ASSERT_EQ(values.size(), 2 * kParts);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], i % 2 == 0 ? 1.0F : 2.0F);
}

TEST(Rsqrt, EstimatesAsIntelProcessorsDo) {
  // Values of RSQRTPS: 11 significant bits.
  EXPECT_EQ(intel_rsqrt_estimate(1.0F), 0.999755859375F);
  EXPECT_EQ(intel_rsqrt_estimate(4.0F), 0.4998779296875F);
  EXPECT_EQ(intel_rsqrt_estimate(2.0F), 0.70690918F);
  EXPECT_NEAR(intel_rsqrt_estimate(1e-3F), 31.6227766F, 31.6F * 3e-4F);
}

TEST(Rsqrt, UsesTheEstimateForWholePacketsAlone) {
  const std::vector<float> values(11, 3.0F);
  std::vector<float> results(11);
  packet_rsqrt([](float) { return 0.5F; }, NewtonStep::since_2_14)(values, results);
  // 0.5 - 0.25 * (3 * 0.25 - 1)
  EXPECT_EQ(results[7], 0.5625F);
  EXPECT_EQ(results[8], 1.0F / std::sqrt(3.0F));
}

}  // namespace
}  // namespace mltk::quantize
