#include "quantize/quality.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "interpreter/interpreter.h"
#include "quantize/coding.h"
#include "quantize/matching.h"
#include "tflite/text.h"

namespace mltk::quantize {
namespace {

/// Sums over the samples for the output of one operator.
struct Sums {
  double signal = 0;
  double noise = 0;
  std::int64_t out_of_reach = 0;
  std::int64_t values = 0;
  float farthest = -1;
};

class Comparison {
 public:
  Comparison(const tflite::Model& float_model, const tflite::Model& quantized)
      : float_(float_model), quantized_(quantized), matched_(match_activations(float_model, quantized)) {
    const tflite::Subgraph& main = float_.model().subgraphs[0];
    for (std::size_t i = 0; i < main.operators.size(); ++i) {
      const std::int32_t output = main.operators[i].outputs.at(0);
      if (!matched_.contains(output)) continue;
      layer_of_[matched_.at(output)] = result_.layers.size();
      result_.layers.push_back({.op = i,
                                .name = main.tensors[static_cast<std::size_t>(output)].name,
                                .opcode = tflite::opcode_text(main.operators[i]),
                                .range = {std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()}});
      float_outputs_.push_back(output);
    }
    sums_.resize(result_.layers.size());
    result_.classifies = holds_scores(float_.output_tensor(0));
  }

  void add(const std::vector<Tensor>& sample) {
    run_float(sample);
    run_quantized(sample);
    if (result_.classifies) compare_classes();
    ++result_.samples;
  }

  Quality finish() {
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      const Sums& sums = sums_[i];
      result_.layers[i].signal_to_noise_db =
          sums.noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(sums.signal / sums.noise);
      result_.layers[i].saturated = static_cast<double>(sums.out_of_reach) / static_cast<double>(sums.values);
    }
    std::ranges::stable_sort(result_.changed, std::greater(), [](const ChangedSample& changed) {
      return changed.float_score - changed.quantized_score;
    });
    return std::move(result_);
  }

 private:
  Interpreter float_;
  Interpreter quantized_;
  std::map<std::int32_t, std::int32_t> matched_;
  std::map<std::int32_t, std::size_t> layer_of_;  ///< by tensor of the quantized model
  std::vector<std::int32_t> float_outputs_;       ///< of each layer
  std::vector<std::vector<float>> values_;        ///< of each layer, of this sample, in float
  std::vector<Sums> sums_;
  Quality result_;

  void check(const std::vector<Tensor>& sample) const {
    bool fits = sample.size() == float_.input_count();
    for (std::size_t i = 0; fits && i < sample.size(); ++i)
      fits = sample[i].elements() == tflite::elements(float_.input_tensor(i));
    if (!fits) {
      fail(ErrorKind::invalid_data, "sample {} does not fit the model, whose first input '{}' is [{}]", result_.samples,
           float_.input_tensor(0).name, tflite::shape_text(float_.input_tensor(0).shape));
    }
  }

  void run_float(const std::vector<Tensor>& sample) {
    check(sample);
    float_.reset_variables();
    for (std::size_t i = 0; i < sample.size(); ++i) float_.set_input(i, sample[i].cast(DType::float32).bytes());
    values_.assign(result_.layers.size(), {});
    std::map<std::int32_t, std::size_t> layers;
    for (std::size_t i = 0; i < float_outputs_.size(); ++i) layers[float_outputs_[i]] = i;
    const auto& operators = float_.model().subgraphs[0].operators;
    float_.invoke([&](std::size_t op) {
      const auto layer = layers.find(operators[op].outputs[0]);
      if (layer == layers.end()) return;
      const auto bytes = float_.tensor(static_cast<std::size_t>(layer->first));
      const std::span values(reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float));
      values_[layer->second].assign(values.begin(), values.end());
    });
  }

  void run_quantized(const std::vector<Tensor>& sample) {
    quantized_.reset_variables();
    for (std::size_t i = 0; i < sample.size(); ++i) {
      const Tensor values = sample[i].cast(DType::float32);
      quantized_.set_input(i, Coding(quantized_.input_tensor(i)).encode(values.as<float>()));
    }
    const tflite::Subgraph& main = quantized_.model().subgraphs[0];
    quantized_.invoke([&](std::size_t op) {
      const std::int32_t output = main.operators[op].outputs[0];
      const auto layer = layer_of_.find(output);
      if (layer == layer_of_.end()) return;
      compare(layer->second, main.tensors[static_cast<std::size_t>(output)],
              quantized_.tensor(static_cast<std::size_t>(output)));
    });
  }

  void compare(std::size_t layer, const tflite::Tensor& tensor, std::span<const std::uint8_t> bytes) {
    const Coding coding(tensor);
    const std::vector<float> decoded = coding.decode(bytes);
    const std::vector<float>& expected = values_[layer];
    Sums& sums = sums_[layer];
    LayerQuality& quality = result_.layers[layer];
    for (std::size_t i = 0; i < std::min(expected.size(), decoded.size()); ++i) {
      const auto value = static_cast<double>(expected[i]);
      const double error = value - static_cast<double>(decoded[i]);
      sums.signal += value * value;
      sums.noise += error * error;
      sums.out_of_reach += coding.is_out_of_reach(expected[i]) ? 1 : 0;
      ++sums.values;
      quality.range.min = std::min(quality.range.min, expected[i]);
      quality.range.max = std::max(quality.range.max, expected[i]);
      if (std::abs(expected[i]) > sums.farthest) {
        sums.farthest = std::abs(expected[i]);
        quality.widest_sample = result_.samples;
      }
    }
  }

  void compare_classes() {
    const auto before = Coding(float_.output_tensor(0)).decode(float_.output(0));
    const auto after = Coding(quantized_.output_tensor(0)).decode(quantized_.output(0));
    const std::int64_t expected = class_of(before);
    if (class_of(after) == expected) return;
    result_.changed.push_back({.sample = result_.samples,
                               .float_class = expected,
                               .quantized_class = class_of(after),
                               .float_score = score_of(before, expected),
                               .quantized_score = score_of(after, expected)});
  }
};

}  // namespace

Quality measure_quality(const tflite::Model& float_model, const tflite::Model& quantized, const Samples& samples) {
  if (samples.empty()) fail(ErrorKind::invalid_data, "there is no sample to compare the models on");
  Comparison comparison(float_model, quantized);
  for (const std::vector<Tensor>& sample : samples) comparison.add(sample);
  return comparison.finish();
}

}  // namespace mltk::quantize
