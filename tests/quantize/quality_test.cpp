// Models compared tensor by tensor.

#include "quantize/quality.h"

#include <gtest/gtest.h>

#include <cmath>

#include "golden.h"
#include "quantize/quantize.h"
#include "tflite/reader.h"

namespace mltk::quantize {
namespace {

std::filesystem::path folder() { return shared_data() / "golden" / "converter" / "net_micro_speech"; }

Samples samples() {
  const Tensor array = read_npy(folder() / "calibrate0.npy");
  Samples result;
  for (std::int64_t row = 0; row < array.shape()[0]; ++row) result.push_back({array.rows(row, 1)});
  return result;
}

SampleSource source_of(const Samples& all) {
  return [&all, next = std::size_t{0}](std::vector<Tensor>& sample) mutable {
    if (next == all.size()) return false;
    sample = all[next++];
    return true;
  };
}

TEST(Quality, OfAModelWithItselfIsExact) {
  MLTK_NEEDS_GOLDEN_DATA();
  const auto model = tflite::read_model_file(folder() / "float32.tflite");
  const Quality quality = measure_quality(model, model, samples());
  EXPECT_EQ(quality.samples, 8);
  EXPECT_TRUE(quality.classifies);
  EXPECT_TRUE(quality.changed.empty());
  ASSERT_FALSE(quality.layers.empty());
  for (const LayerQuality& layer : quality.layers) {
    EXPECT_TRUE(std::isinf(layer.signal_to_noise_db)) << layer.name;
    EXPECT_EQ(layer.saturated, 0) << layer.name;
  }
}

TEST(Quality, FindsRangesAndTheSampleThatSetsThem) {
  MLTK_NEEDS_GOLDEN_DATA();
  const auto model = tflite::read_model_file(folder() / "float32.tflite");
  Samples all = samples();
  for (float& value : all[5][0].as<float>()) value *= 10;
  const Quality quality = measure_quality(model, model, all);
  const Ranges ranges = calibrate(model, source_of(all));
  const LayerQuality& first = quality.layers[0];
  EXPECT_EQ(first.opcode, "conv_2d");
  EXPECT_EQ(first.widest_sample, 5);
  const Range expected = ranges.at(model.subgraphs[0].operators[0].outputs[0]);
  EXPECT_EQ(first.range.min, expected.min);
  EXPECT_EQ(first.range.max, expected.max);
}

TEST(Quality, MeasuresWhatMoreBitsGainAndWhatMissingSamplesLose) {
  MLTK_NEEDS_GOLDEN_DATA();
  const auto model = tflite::read_model_file(folder() / "float32.tflite");
  const Samples all = samples();
  const Ranges ranges = calibrate(model, source_of(all));
  const auto quality_of = [&](const tflite::Model& quantized) { return measure_quality(model, quantized, all); };
  const Quality narrow = quality_of(quantize_int8(model, ranges, {}));
  const Quality wide = quality_of(quantize_old(model, ranges, OldActivations::int16, {}));
  EXPECT_GT(narrow.layers[0].signal_to_noise_db, 25);
  EXPECT_LT(narrow.layers[0].signal_to_noise_db, 60);
  EXPECT_GT(wide.output_signal_to_noise_db(), narrow.output_signal_to_noise_db() + 3);

  Ranges halved = ranges;
  for (auto& [tensor, range] : halved) range = {range.min / 4, range.max / 4};
  const Quality cut = quality_of(quantize_int8(model, halved, {}));
  EXPECT_GT(cut.layers[0].saturated, 0);
  EXPECT_LT(cut.layers[0].signal_to_noise_db, narrow.layers[0].signal_to_noise_db);
}

TEST(Quality, RefusesSamplesThatDoNotFit) {
  MLTK_NEEDS_GOLDEN_DATA();
  const auto model = tflite::read_model_file(folder() / "float32.tflite");
  EXPECT_THROW(measure_quality(model, model, {}), Error);
  EXPECT_THROW(measure_quality(model, model, {{Tensor(DType::float32, {1, 3})}}), Error);
}

}  // namespace
}  // namespace mltk::quantize
