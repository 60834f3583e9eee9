// Keras models all the way to int8, run as on a device: against the float models, and against the real converter's.

#include <gtest/gtest.h>

#include <set>

#include "figures.h"
#include "golden.h"
#include "golden_models.h"
#include "interpreter/interpreter.h"
#include "keras/layer.h"
#include "quantize/quality.h"
#include "quantize/quantize.h"

namespace mltk::quantize {
namespace {

/// Golden cases of layers that cannot be deployed: each ends with an error that says why.
const std::set<std::string> kNotDeployed = {
    "activation_gelu",    "activation_selu",       "conv2d_transpose_dil2",      "elu_layer",
    "gru_stateful",       "lstm_stateful",         "multi_head_attention_cross", "multi_head_attention_self",
    "simplernn_stateful", "up_sampling2d_bicubic",
};

Samples calibration_samples(const std::filesystem::path& folder) {
  std::vector<Tensor> arrays;
  while (std::filesystem::exists(folder / fmt::format("calibrate{}.npy", arrays.size())))
    arrays.push_back(read_npy(folder / fmt::format("calibrate{}.npy", arrays.size())));
  Samples samples;
  for (std::int64_t row = 0; row < arrays.at(0).shape()[0]; ++row) {
    std::vector<Tensor>& sample = samples.emplace_back();
    for (const Tensor& array : arrays) sample.push_back(array.rows(row, 1));
  }
  return samples;
}

SampleSource source_of(const Samples& all) {
  return [&all, next = std::size_t{0}](std::vector<Tensor>& sample) mutable {
    if (next == all.size()) return false;
    sample = all[next++];
    return true;
  };
}

std::vector<std::uint8_t> output_of(const tflite::Model& model, const std::vector<Tensor>& sample) {
  Interpreter interpreter(model);
  for (std::size_t i = 0; i < sample.size(); ++i) interpreter.set_input(i, sample[i].bytes());
  interpreter.invoke();
  const auto bytes = interpreter.output(0);
  return {bytes.begin(), bytes.end()};
}

TEST(Deployed, Int8ModelsKeepValuesAndClasses) {
  MLTK_NEEDS_GOLDEN_DATA();
  int models = 0;
  for (const std::string& name : golden_cases("converter")) {
    const auto folder = shared_data() / "golden" / "converter" / name;
    // The device's RELU6 by itself keeps the codes of its input; the converter gives its output another scale.
    if (name == "activation_relu6_alone") continue;
    const tflite::Model model = converted(folder);
    const Samples samples = calibration_samples(folder);
    const tflite::Model int8 = quantize_int8(model, calibrate(model, source_of(samples)), {});
    const Quality quality = measure_quality(model, int8, samples);
    EXPECT_GE(quality.output_signal_to_noise_db(), 25) << name;
    EXPECT_LE(quality.changed.size(), 1U) << name;
    ++models;
  }
  test::figure("{} of {} int8 models keep 25 dB and all classes but one", models, golden_cases("converter").size());
  EXPECT_EQ(models, 114);
}

TEST(Deployed, RecurrentModelsOfAnyBatchAreThoseOfOneSample) {
  MLTK_NEEDS_GOLDEN_DATA();
  for (const std::string name :
       {"gru_unrolled", "simple_rnn_unrolled", "lstm_unrolled", "lstm_last", "bidirectional_lstm"}) {
    const auto folder = shared_data() / "golden" / "converter" / name;
    const tflite::Model one = converted(folder, true);
    const tflite::Model any = converted(folder, false);
    const Samples samples = calibration_samples(folder);
    for (const auto& sample : samples) {
      EXPECT_EQ(output_of(any, sample), output_of(one, sample)) << name;
    }
    const tflite::Model int8 = quantize_int8(any, calibrate(any, source_of(samples)), {});
    EXPECT_GE(measure_quality(any, int8, samples).output_signal_to_noise_db(), 25) << name;
  }
}

/// The deployed graph of a golden case of one layer, and its samples.
Graph deployed_layer(const GoldenCase& golden, std::vector<Tensor>& arrays) {
  const auto& spec = golden.json.at("layer");
  auto layer =
      std::make_shared<keras::Layer>(spec.at("class_name").get<std::string>(), "layer", keras::Json(spec.at("config")));
  Graph graph;
  graph.set_deployed();
  std::vector<Shape> shapes;
  std::vector<ValueId> inputs;
  for (int i = 0; golden.has(fmt::format("input{}", i)); ++i) {
    arrays.push_back(golden.array(fmt::format("input{}", i)).cast(DType::float32));
    Shape shape = arrays.back().shape();
    shape[0] = kBatch;
    shapes.push_back(shape);
    inputs.push_back(graph.add_input(fmt::format("x{}", i), {DType::float32, shape}));
  }
  layer->build(shapes, [] { return std::int64_t{0}; });
  for (std::size_t i = 0; i < layer->weights().size(); ++i)
    layer->weights()[i]->value = golden.array(fmt::format("weight{}", i));
  graph.set_outputs({layer->call_all(graph, inputs, false)[0]});
  return graph;
}

/// The largest error of a deployed layer, over its largest value.
float error_of(const GoldenCase& golden) {
  std::vector<Tensor> arrays;
  const Graph graph = deployed_layer(golden, arrays);
  const tflite::Model model = convert_to_float(graph);
  const Tensor expected = golden.array("output0");
  float worst = 0;
  float most = 0;
  for (std::int64_t row = 0; row < arrays[0].shape()[0]; ++row) {
    std::vector<Tensor> sample;
    for (const Tensor& array : arrays) sample.push_back(array.rows(row, 1));
    const auto bytes = output_of(model, sample);
    const Tensor values = expected.rows(row, 1);
    EXPECT_EQ(bytes.size(), values.bytes().size());
    if (bytes.size() != values.bytes().size()) return 1;
    const auto* actual = reinterpret_cast<const float*>(bytes.data());
    for (const float value : values.as<float>()) {
      worst = std::max(worst, std::abs(value - *actual++));
      most = std::max(most, std::abs(value));
    }
  }
  return worst / std::max(most, 1e-6F);
}

TEST(Deployed, LayersComputeWhatKerasComputes) {
  MLTK_NEEDS_GOLDEN_DATA();
  std::set<std::string> refused;
  int computed = 0;
  for (const std::string& name : golden_cases("layers")) {
    const GoldenCase golden("layers", name);
    if (golden.json.at("training").is_boolean() && golden.json.at("training").get<bool>()) continue;
    try {
      EXPECT_LE(error_of(golden), 2e-5F) << name;
      ++computed;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::unsupported) << name << ": " << error.what();
      refused.insert(name);
    }
  }
  EXPECT_EQ(refused, kNotDeployed);
  test::figure("{} of {} layers compute as a float .tflite what Keras computes", computed, computed + refused.size());
  EXPECT_EQ(computed, 205);
}

double old_quantizer_db(const std::string& name, OldActivations activations) {
  const auto folder = shared_data() / "golden" / "converter" / name;
  const tflite::Model model = converted(folder);
  const Samples samples = calibration_samples(folder);
  const tflite::Model quantized = quantize_old(model, calibrate(model, source_of(samples)), activations, {});
  return measure_quality(model, quantized, samples).output_signal_to_noise_db();
}

TEST(Deployed, RecurrentModelsOfTheOlderQuantizerKeepTheirValues) {
  MLTK_NEEDS_GOLDEN_DATA();
  for (const std::string name : {"gru_unrolled", "simple_rnn_unrolled", "lstm_unrolled"}) {
    EXPECT_GE(old_quantizer_db(name, OldActivations::int8), 20) << name;
    // A bias that several steps share has the scale of the first one, as the converter's.
    EXPECT_GE(old_quantizer_db(name, OldActivations::int16), name == "gru_unrolled" ? 25 : 35) << name;
  }
  EXPECT_GE(old_quantizer_db("bidirectional_lstm", OldActivations::int8), 25);
}

TEST(Deployed, LayerNormalizationIsInt8ThroughAndThrough) {
  MLTK_NEEDS_GOLDEN_DATA();
  const auto folder = shared_data() / "golden" / "converter" / "layer_norm";
  const tflite::Model model = converted(folder);
  const Samples samples = calibration_samples(folder);
  const tflite::Model int8 =
      quantize_int8(model, calibrate(model, source_of(samples)),
                    {.input_type = tflite::TensorType::int8, .output_type = tflite::TensorType::int8});
  for (const tflite::Tensor& tensor : int8.subgraphs[0].tensors)
    EXPECT_NE(tensor.type, tflite::TensorType::float32) << tensor.name;
}

/// Codes of output 0 for the codes of one sample after another.
std::vector<std::int8_t> codes_of(const tflite::Model& model, const std::vector<Tensor>& inputs) {
  Interpreter interpreter(model);
  std::vector<std::int8_t> codes;
  for (std::int64_t row = 0; row < inputs.at(0).shape()[0]; ++row) {
    for (std::size_t i = 0; i < inputs.size(); ++i) interpreter.set_input(i, inputs[i].rows(row, 1).bytes());
    interpreter.reset_variables();
    interpreter.invoke();
    for (const std::uint8_t code : interpreter.output(0)) codes.push_back(static_cast<std::int8_t>(code));
  }
  return codes;
}

TEST(Deployed, Int8ModelsComputeWhatTheConvertersCompute) {
  MLTK_NEEDS_GOLDEN_DATA();
  for (const std::string name : {"gru_unrolled", "simple_rnn_unrolled", "lstm_unrolled", "net_conv1d", "transpose_conv",
                                 "hard_sigmoid", "repeat_vector"}) {
    const auto folder = shared_data() / "golden" / "converter" / name;
    const tflite::Model model = converted(folder);
    const Samples samples = calibration_samples(folder);
    const tflite::Model int8 =
        quantize_int8(model, calibrate(model, source_of(samples)),
                      {.input_type = tflite::TensorType::int8, .output_type = tflite::TensorType::int8});
    const auto actual = codes_of(int8, {read_npy(folder / "int8_input0.npy")});
    const Tensor expected = read_npy(folder / "int8_output0.npy");
    ASSERT_EQ(static_cast<std::int64_t>(actual.size()), expected.elements()) << name;
    const auto codes = expected.as<std::int8_t>();
    // Ranges differ in the last bits, and so may codes.
    for (std::size_t i = 0; i < codes.size(); ++i) EXPECT_NEAR(actual[i], codes[i], 2) << name << ", value " << i;
  }
}

}  // namespace
}  // namespace mltk::quantize
