// Faults planted into real networks, and the remedies that the report finds for them.

#include "quantize/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "golden.h"
#include "quantize/equalize.h"
#include "tflite/reader.h"
#include "tflite/writer.h"

namespace mltk::quantize {
namespace {

using testing::ElementsAre;
using Kind = Change::Kind;

std::filesystem::path folder(const std::string& name) { return shared_data() / "golden" / "converter" / name; }

Samples samples_of(const std::string& name) {
  const Tensor array = read_npy(folder(name) / "calibrate0.npy");
  Samples result;
  for (std::int64_t row = 0; row < array.shape()[0]; ++row) result.push_back({array.rows(row, 1)});
  return result;
}

tflite::Model model_of(const std::string& name) { return tflite::read_model_file(folder(name) / "float32.tflite"); }

std::span<float> floats(tflite::Model& model, std::int32_t tensor) {
  auto& bytes = model.buffers[model.subgraphs[0].tensors[static_cast<std::size_t>(tensor)].buffer];
  return {reinterpret_cast<float*>(bytes.data()), bytes.size() / sizeof(float)};
}

/// Channel `c` of a convolution becomes `factor` times as large, and what the FULLY_CONNECTED behind it makes of it
/// stays.
tflite::Model with_large_channel(tflite::Model model, std::size_t conv, std::size_t dense, std::size_t c,
                                 float factor) {
  const auto operators = model.subgraphs[0].operators;
  const std::span<float> weights = floats(model, operators[conv].inputs[1]);
  const std::span<float> bias = floats(model, operators[conv].inputs[2]);
  const std::size_t of_channel = weights.size() / bias.size();
  for (float& weight : weights.subspan(c * of_channel, of_channel)) weight *= factor;
  bias[c] *= factor;
  const std::span<float> read = floats(model, operators[dense].inputs[1]);
  for (std::size_t i = c; i < read.size(); i += bias.size()) read[i] /= factor;
  return model;
}

double db_of(const Quality& quality, std::size_t op) {
  for (const LayerQuality& layer : quality.layers) {
    if (layer.op == op) return layer.signal_to_noise_db;
  }
  ADD_FAILURE() << "no layer " << op;
  return 0;
}

std::size_t first_of(const tflite::Model& model, tflite::BuiltinOperator code) {
  const auto& operators = model.subgraphs[0].operators;
  return static_cast<std::size_t>(std::ranges::find(operators, code, &tflite::Operator::code) - operators.begin());
}

TEST(Change, IsWrittenAsItIsRead) {
  for (const std::string text : {"with:0", "without:5", "equalize:3", "per-channel:7", "float:0"})
    EXPECT_EQ(to_string(parse_change(text)), text);
  for (const std::string text : {"", "float", "float:", "float:x", "float:1x", "wide:1", "float:-1"})
    EXPECT_THROW(parse_change(text), Error) << text;
}

TEST(PoorLayers, AnOutlierAmongTheCalibrationSamplesIsLeftOut) {
  MLTK_NEEDS_GOLDEN_DATA();
  const tflite::Model model = model_of("net_micro_speech");
  const Samples clean = samples_of("net_micro_speech");
  Samples calibration = clean;
  for (float& value : calibration[5][0].as<float>()) value *= 100;
  const auto poor = poor_layers(model, calibration, {}, clean, 3);
  ASSERT_FALSE(poor.empty());
  const Remedy* remedy = poor[0].remedy();
  ASSERT_NE(remedy, nullptr);
  EXPECT_THAT(remedy->changes, ElementsAre(Change{Kind::without, 5}));
  EXPECT_THAT(remedy->cause, testing::HasSubstr("calibration sample 5"));
  EXPECT_GT(remedy->layer_db, remedy->layer_db_before + 20);

  Samples others = calibration;
  others.erase(others.begin() + 5);
  const auto ranges = [&](const Samples& samples) {
    return calibrate(model, [&samples, next = std::size_t{0}](std::vector<Tensor>& sample) mutable {
      return next < samples.size() && (sample = samples[next++], true);
    });
  };
  const Quality before = measure_quality(model, quantize_int8(model, ranges(calibration), {}), clean);
  const Quality after = measure_quality(model, quantize_int8(model, ranges(others), {}), clean);
  EXPECT_EQ(remedy->layer_db_before, db_of(before, poor[0].quality.op));
  EXPECT_EQ(remedy->layer_db, db_of(after, poor[0].quality.op));
  EXPECT_EQ(remedy->output_db, after.output_signal_to_noise_db());
}

TEST(PoorLayers, ASampleBeyondTheCalibrationIsAddedToIt) {
  MLTK_NEEDS_GOLDEN_DATA();
  const tflite::Model model = model_of("net_micro_speech");
  const Samples samples = samples_of("net_micro_speech");
  Samples small = samples;
  for (auto& sample : small) {
    for (float& value : sample[0].as<float>()) value /= 8;
  }
  const auto poor = poor_layers(model, small, {}, samples, 3);
  ASSERT_FALSE(poor.empty());
  const Remedy* remedy = poor[0].remedy();
  ASSERT_NE(remedy, nullptr);
  ASSERT_EQ(remedy->changes.size(), 1U);
  ASSERT_EQ(remedy->changes[0].kind, Kind::with);
  EXPECT_GT(remedy->layer_db, remedy->layer_db_before + 10);
  Samples enough = small;
  enough.push_back(samples[remedy->changes[0].at]);
  const Changed applied = quantize_changed(model, enough, {}, {}, {});
  EXPECT_EQ(db_of(measure_quality(model, applied.quantized, samples), poor[0].quality.op), remedy->layer_db);
}

TEST(PoorLayers, ALargeChannelIsEvenedOut) {
  MLTK_NEEDS_GOLDEN_DATA();
  const tflite::Model original = model_of("net_micro_speech");
  const std::size_t conv = first_of(original, tflite::BuiltinOperator::conv_2d);
  const std::size_t dense = first_of(original, tflite::BuiltinOperator::fully_connected);
  const tflite::Model model = with_large_channel(original, conv, dense, 2, 1000);
  const Samples samples = samples_of("net_micro_speech");
  const auto poor = poor_layers(model, samples, {}, samples, 3);
  ASSERT_FALSE(poor.empty());
  EXPECT_EQ(poor[0].quality.op, dense);
  const Remedy* remedy = poor[0].remedy();
  ASSERT_NE(remedy, nullptr);
  EXPECT_THAT(remedy->changes, ElementsAre(Change{Kind::equalize, dense}));
  EXPECT_THAT(remedy->cause, testing::HasSubstr("times farther than the middle one"));
  EXPECT_GT(remedy->layer_db, remedy->layer_db_before + 15);

  const Changed changed = quantize_changed(model, samples, {}, {}, remedy->changes);
  EXPECT_EQ(tflite::write_model(changed.quantized), tflite::write_model(remedy->quantized));
  const Quality after = measure_quality(model, changed.quantized, samples);
  EXPECT_NEAR(db_of(after, dense), remedy->layer_db, 0.01);
  EXPECT_NEAR(after.output_signal_to_noise_db(), remedy->output_db, 0.01);
}

TEST(PoorLayers, ASoundNetworkHasNone) {
  MLTK_NEEDS_GOLDEN_DATA();
  const Samples samples = samples_of("net_micro_speech");
  EXPECT_TRUE(poor_layers(model_of("net_micro_speech"), samples, {}, samples, 3).empty());
}

TEST(QuantizeChanged, AFloatLayerIsExactButForItsInput) {
  MLTK_NEEDS_GOLDEN_DATA();
  const tflite::Model model = model_of("net_micro_speech");
  const Samples samples = samples_of("net_micro_speech");
  const std::size_t dense = first_of(model, tflite::BuiltinOperator::fully_connected);
  const auto plain = quantize_changed(model, samples, {}, {}, {});
  const std::vector<Change> changes = {{Kind::stay_float, dense}};
  const auto wide = quantize_changed(model, samples, {}, {}, changes);
  const double before = db_of(measure_quality(model, plain.quantized, samples), dense);
  EXPECT_GT(db_of(measure_quality(model, wide.quantized, samples), dense), before);
  EXPECT_GT(wide.quantized.subgraphs[0].operators.size(), plain.quantized.subgraphs[0].operators.size());
}

TEST(QuantizeChanged, EachUnitHasAScaleOfItsOwn) {
  MLTK_NEEDS_GOLDEN_DATA();
  const tflite::Model model = model_of("net_micro_speech");
  const Samples samples = samples_of("net_micro_speech");
  const std::size_t dense = first_of(model, tflite::BuiltinOperator::fully_connected);
  const std::vector<Change> changes = {{Kind::per_channel, dense}};
  const auto changed = quantize_changed(model, samples, {}, {}, changes);
  const auto& main = changed.quantized.subgraphs[0];
  const auto& op = main.operators[first_of(changed.quantized, tflite::BuiltinOperator::fully_connected)];
  const auto& weights = main.tensors[static_cast<std::size_t>(op.inputs[1])];
  EXPECT_EQ(weights.quantization.scale.size(), static_cast<std::size_t>(weights.shape[0]));
  EXPECT_GT(db_of(measure_quality(model, changed.quantized, samples), dense), 25);
}

TEST(QuantizeChanged, ChangesThatDoNotSuitAreErrors) {
  MLTK_NEEDS_GOLDEN_DATA();
  const tflite::Model model = model_of("net_micro_speech");
  const Samples samples = samples_of("net_micro_speech");
  const std::size_t conv = first_of(model, tflite::BuiltinOperator::conv_2d);
  for (const Change change : {Change{Kind::without, 8}, Change{Kind::stay_float, 99}, Change{Kind::per_channel, conv},
                              Change{Kind::equalize, conv}}) {
    EXPECT_THROW(quantize_changed(model, samples, {}, {}, std::vector{change}), Error) << to_string(change);
  }
  EXPECT_THROW(quantize_changed(model, {samples[0]}, {}, {}, std::vector{Change{Kind::without, 0}}), Error);
}

TEST(Equalize, KeepsTheFunction) {
  MLTK_NEEDS_GOLDEN_DATA();
  int pairs = 0;
  for (const std::string name :
       {"net_ds_cnn", "net_conv1d", "net_magic_wand", "net_image_example1", "net_autoencoder"}) {
    SCOPED_TRACE(name);
    const tflite::Model model = model_of(name);
    const Samples samples = samples_of(name);
    for (std::size_t op = 0; op < model.subgraphs[0].operators.size(); ++op) {
      const auto pair = pair_before(model, op);
      if (!pair) continue;
      ++pairs;
      const auto between = model.subgraphs[0].operators[pair->first].outputs[0];
      const auto evened = equalize(model, *pair, reaches(model, samples).at(between).of_channel);
      EXPECT_NE(tflite::write_model(evened), tflite::write_model(model));
      const Quality quality = measure_quality(model, evened, samples);
      EXPECT_GT(quality.output_signal_to_noise_db(), 100) << "operator " << op;
    }
  }
  EXPECT_GE(pairs, 8);
}

}  // namespace
}  // namespace mltk::quantize
