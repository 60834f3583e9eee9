#include "quantize/change.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "interpreter/interpreter.h"
#include "quantize/equalize.h"
#include "tflite/text.h"

namespace mltk::quantize {
namespace {

using Kind = Change::Kind;
using tflite::BuiltinOperator;

constexpr double kPoorDb = 25;
constexpr double kOwnLossDb = 3;
constexpr double kWorthDb = 3;
/// A sample that goes so many times farther than all others sets the range alone.
constexpr float kLonelySample = 2;
/// Channels (units) of which one goes so many times farther than the middle one share no scale well.
constexpr float kUneven = 8;

constexpr std::array<std::pair<Kind, std::string_view>, 5> kNames = {{{Kind::with, "with"},
                                                                      {Kind::without, "without"},
                                                                      {Kind::equalize, "equalize"},
                                                                      {Kind::per_channel, "per-channel"},
                                                                      {Kind::stay_float, "float"}}};

const tflite::Operator& operator_at(const tflite::Model& model, const Change& change) {
  const auto& operators = model.subgraphs[0].operators;
  if (change.at >= operators.size()) {
    fail(ErrorKind::invalid_argument, "{}: the float model has the operators 0 to {}", to_string(change),
         operators.size() - 1);
  }
  return operators[change.at];
}

bool is_of_samples(const Change& change) { return change.kind == Kind::with || change.kind == Kind::without; }

/// The calibration samples that are not left out, and the added ones.
Samples changed_samples(const Samples& calibration, const Samples& more, std::span<const Change> changes) {
  std::vector<bool> left_out(calibration.size());
  Samples added;
  for (const Change& change : changes) {
    if (!is_of_samples(change)) continue;
    const Samples& from = change.kind == Kind::with ? more : calibration;
    if (change.at >= from.size()) {
      fail(ErrorKind::invalid_argument, "{}: there are {} {} samples", to_string(change), from.size(),
           change.kind == Kind::with ? "other" : "calibration");
    }
    if (change.kind == Kind::with) {
      added.push_back(more[change.at]);
    } else {
      left_out[change.at] = true;
    }
  }
  Samples samples;
  for (std::size_t i = 0; i < calibration.size(); ++i) {
    if (!left_out[i]) samples.push_back(calibration[i]);
  }
  samples.insert(samples.end(), added.begin(), added.end());
  return samples;
}

Ranges ranges_of(const tflite::Model& model, const Samples& samples) {
  return calibrate(model, [&samples, next = std::size_t{0}](std::vector<Tensor>& sample) mutable {
    if (next == samples.size()) return false;
    sample = samples[next++];
    return true;
  });
}

bool is_equal(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::ranges::equal(a, b, [](const Tensor& p, const Tensor& q) {
    return p.dtype() == q.dtype() && p.shape() == q.shape() && std::ranges::equal(p.bytes(), q.bytes());
  });
}

/// The sample that goes kLonelySample times farther than every other.
std::optional<std::size_t> lonely_sample(const Reach& reach) {
  if (reach.of_sample.size() < 2) return std::nullopt;
  const auto widest = std::ranges::max_element(reach.of_sample);
  for (auto other = reach.of_sample.begin(); other != reach.of_sample.end(); ++other) {
    if (other != widest && *other * kLonelySample > *widest) return std::nullopt;
  }
  return static_cast<std::size_t>(widest - reach.of_sample.begin());
}

/// The largest by the middle one.
float unevenness(std::vector<float> reach) {
  if (reach.size() < 2) return 1;
  std::ranges::sort(reach);
  const float middle = reach[(reach.size() - 1) / 2];
  return middle > 0 ? reach.back() / middle : std::numeric_limits<float>::infinity();
}

/// The largest absolute weight of each unit.
std::vector<float> unit_reach(const tflite::Model& model, const tflite::Operator& op) {
  const tflite::Tensor& weights = model.subgraphs[0].tensors[static_cast<std::size_t>(op.inputs[1])];
  const auto& bytes = model.buffer_of(weights);
  const std::span values(reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float));
  std::vector<float> reach(static_cast<std::size_t>(weights.shape[0]));
  for (std::size_t i = 0; i < values.size(); ++i) {
    float& largest = reach[i / (values.size() / reach.size())];
    largest = std::max(largest, std::abs(values[i]));
  }
  return reach;
}

const LayerQuality* layer_at(const Quality& quality, std::size_t op) {
  const auto found = std::ranges::find(quality.layers, op, &LayerQuality::op);
  return found == quality.layers.end() ? nullptr : &*found;
}

/// Tries changes on the layers of one model.
class Trials {
 public:
  Trials(const tflite::Model& float_model, const Samples& calibration, const QuantizeOptions& options,
         const Samples& samples)
      : model_(float_model), calibration_(calibration), options_(options), samples_(samples) {}

  std::vector<PoorLayer> operator()(std::size_t most) {
    before_ = measure({}, samples_).second;
    std::vector<PoorLayer> poor = lossy_layers();
    if (poor.size() > most) poor.resize(most);
    if (!poor.empty()) reaches_ = reaches(model_, calibration_);
    for (PoorLayer& layer : poor) try_remedies(layer);
    return poor;
  }

 private:
  const tflite::Model& model_;
  const Samples& calibration_;
  const QuantizeOptions& options_;
  const Samples& samples_;
  Quality before_;
  std::map<std::int32_t, Reach> reaches_;

  const tflite::Operator& op(std::size_t index) const { return model_.subgraphs[0].operators[index]; }

  std::pair<Changed, Quality> measure(std::span<const Change> changes, const Samples& samples) const {
    Changed changed = quantize_changed(model_, calibration_, samples_, options_, changes);
    Quality quality = measure_quality(changed.float_model, changed.quantized, samples);
    return {std::move(changed), std::move(quality)};
  }

  double worst_input(std::size_t index) const {
    double worst = std::numeric_limits<double>::infinity();
    for (const LayerQuality& layer : before_.layers) {
      if (std::ranges::find(op(index).inputs, op(layer.op).outputs[0]) != op(index).inputs.end())
        worst = std::min(worst, layer.signal_to_noise_db);
    }
    return worst;
  }

  std::vector<PoorLayer> lossy_layers() const {
    std::vector<PoorLayer> poor;
    for (const LayerQuality& layer : before_.layers) {
      const double input = worst_input(layer.op);
      if (layer.signal_to_noise_db < kPoorDb && layer.signal_to_noise_db + kOwnLossDb <= input)
        poor.push_back({.quality = layer, .input_db = input, .tried = {}});
    }
    std::ranges::stable_sort(poor, {}, [](const PoorLayer& layer) {
      return layer.quality.signal_to_noise_db - std::min(layer.input_db, 2 * kPoorDb);
    });
    return poor;
  }

  /// In the order of what they cost: nothing, a pass over the weights, a few bytes, time and memory.
  void try_remedies(PoorLayer& layer) const {
    const std::size_t index = layer.quality.op;
    if (const auto sample = sample_out_of_reach(index)) {
      attempt(layer, {{Kind::with, *sample}},
              fmt::format("values of sample {} lie beyond the calibrated range", *sample));
    }
    if (const auto sample = sample_that_sets_a_range(index)) {
      attempt(layer, {{Kind::without, sample->first}},
              fmt::format("calibration sample {} sets the range of '{}', {:.3g} times farther than the others",
                          sample->first, sample->second, lead_of(sample->first, sample->second)));
    }
    if (const auto pair = pair_before(model_, index)) {
      const float uneven = unevenness(reaches_.at(op(pair->first).outputs[0]).of_channel);
      if (uneven >= kUneven) {
        attempt(layer, {{Kind::equalize, index}},
                fmt::format("a channel of '{}' goes {:.3g} times farther than the middle one",
                            name_of(op(pair->first).outputs[0]), uneven));
      }
    }
    if (op(index).code == BuiltinOperator::fully_connected) {
      const float uneven = unevenness(unit_reach(model_, op(index)));
      if (uneven >= kUneven) {
        attempt(layer, {{Kind::per_channel, index}},
                fmt::format("a unit's weights go {:.3g} times farther than the middle unit's", uneven));
      }
    }
    attempt(layer, {{Kind::stay_float, index}}, "8 bits are too few for this layer");
  }

  /// The sample that goes farthest where the layer, or one that it reads, saturates.
  std::optional<std::size_t> sample_out_of_reach(std::size_t index) const {
    const LayerQuality* worst = nullptr;
    for (const LayerQuality& layer : before_.layers) {
      const bool read = std::ranges::find(op(index).inputs, op(layer.op).outputs[0]) != op(index).inputs.end();
      if (!read && layer.op != index) continue;
      if (layer.saturated > 0 && (worst == nullptr || layer.saturated > worst->saturated)) worst = &layer;
    }
    if (worst == nullptr) return std::nullopt;
    return static_cast<std::size_t>(worst->widest_sample);
  }

  std::string name_of(std::int32_t tensor) const {
    return model_.subgraphs[0].tensors[static_cast<std::size_t>(tensor)].name;
  }

  /// The sample and the name of the tensor: of the layer's inputs and output.
  std::optional<std::pair<std::size_t, std::string>> sample_that_sets_a_range(std::size_t index) const {
    std::vector<std::int32_t> tensors = op(index).inputs;
    tensors.push_back(op(index).outputs[0]);
    for (const std::int32_t tensor : tensors) {
      if (!reaches_.contains(tensor)) continue;
      if (const auto sample = lonely_sample(reaches_.at(tensor))) return std::pair(*sample, name_of(tensor));
    }
    return std::nullopt;
  }

  float lead_of(std::size_t sample, const std::string& name) const {
    for (const auto& [tensor, reach] : reaches_) {
      if (name_of(tensor) != name) continue;
      float next = 0;
      for (std::size_t i = 0; i < reach.of_sample.size(); ++i) {
        if (i != sample) next = std::max(next, reach.of_sample[i]);
      }
      return reach.of_sample[sample] / next;
    }
    return 0;
  }

  void attempt(PoorLayer& layer, std::vector<Change> changes, std::string cause) const {
    Samples seen = samples_;
    if (changes[0].kind == Kind::without) {
      std::erase_if(seen, [&](const auto& sample) { return is_equal(sample, calibration_[changes[0].at]); });
      if (seen.empty()) return;
    }
    auto [changed, after] = measure(changes, seen);
    const Quality before = seen.size() == samples_.size() ? before_ : measure({}, seen).second;
    layer.tried.push_back({.changes = std::move(changes),
                           .cause = std::move(cause),
                           .quantized = std::move(changed.quantized),
                           .samples = seen.size(),
                           .layer_db_before = layer_at(before, layer.quality.op)->signal_to_noise_db,
                           .layer_db = layer_at(after, layer.quality.op)->signal_to_noise_db,
                           .output_db_before = before.output_signal_to_noise_db(),
                           .output_db = after.output_signal_to_noise_db()});
  }
};

}  // namespace

std::string to_string(const Change& change) {
  const auto name = std::ranges::find(kNames, change.kind, &std::pair<Kind, std::string_view>::first);
  return fmt::format("{}:{}", name->second, change.at);
}

Change parse_change(std::string_view text) {
  for (const auto& [kind, name] : kNames) {
    if (!text.starts_with(name) || text.substr(name.size(), 1) != ":") continue;
    const std::string_view number = text.substr(name.size() + 1);
    Change change{.kind = kind};
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), change.at);
    if (error == std::errc() && end == number.data() + number.size()) return change;
  }
  fail(
      ErrorKind::invalid_argument,
      "there is no change '{}'; expected with:SAMPLE, without:SAMPLE, equalize:OP, per-channel:OP or float:OP with the "
      "numbers of mltk quantize --report",
      text);
}

Changed quantize_changed(const tflite::Model& float_model, const Samples& calibration, const Samples& more,
                         const QuantizeOptions& options, std::span<const Change> changes) {
  const Samples samples = changed_samples(calibration, more, changes);
  QuantizeOptions changed = options;
  tflite::Model model = float_model;
  for (const Change& change : changes) {
    if (is_of_samples(change)) continue;
    const tflite::Operator& op = operator_at(model, change);
    if (change.kind == Kind::stay_float) changed.stay_float.insert(op.outputs[0]);
    if (change.kind == Kind::per_channel) {
      if (op.code != BuiltinOperator::fully_connected) {
        fail(ErrorKind::invalid_argument, "{}: operator {} is {}; expected FULLY_CONNECTED, the others have it",
             to_string(change), change.at, tflite::to_string(op.code));
      }
      changed.per_channel.insert(op.outputs[0]);
    }
    if (change.kind == Kind::equalize) {
      const auto pair = pair_before(model, change.at);
      if (!pair) {
        fail(ErrorKind::invalid_argument,
             "{}: operator {} gets its input not from one operator with weights alone, or behind an activation other "
             "than ReLU",
             to_string(change), change.at);
      }
      const std::int32_t between = model.subgraphs[0].operators[pair->first].outputs[0];
      model = equalize(model, *pair, reaches(model, samples).at(between).of_channel);
    }
  }
  tflite::Model quantized = quantize_int8(model, ranges_of(model, samples), changed);
  return {std::move(model), std::move(quantized)};
}

std::map<std::int32_t, Reach> reaches(const tflite::Model& float_model, const Samples& samples) {
  Interpreter interpreter(float_model);
  const tflite::Subgraph& main = interpreter.model().subgraphs[0];
  std::map<std::int32_t, Reach> result;
  const auto observe = [&](std::int32_t index, std::size_t sample, std::span<const std::uint8_t> bytes) {
    const tflite::Tensor& tensor = main.tensors[static_cast<std::size_t>(index)];
    if (tensor.type != tflite::TensorType::float32) return;
    Reach& reach = result[index];
    reach.of_sample.resize(samples.size());
    reach.of_channel.resize(tensor.shape.empty() ? 1 : static_cast<std::size_t>(std::max(tensor.shape.back(), 1)));
    const std::span values(reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float));
    for (std::size_t i = 0; i < values.size(); ++i) {
      float& channel = reach.of_channel[i % reach.of_channel.size()];
      channel = std::max(channel, std::abs(values[i]));
      reach.of_sample[sample] = std::max(reach.of_sample[sample], std::abs(values[i]));
    }
  };
  for (std::size_t s = 0; s < samples.size(); ++s) {
    interpreter.reset_variables();
    for (std::size_t i = 0; i < samples[s].size(); ++i) {
      const Tensor input = samples[s][i].cast(DType::float32);
      interpreter.set_input(i, input.bytes());
      observe(main.inputs[i], s, input.bytes());
    }
    interpreter.invoke([&](std::size_t op) {
      for (const std::int32_t output : main.operators[op].outputs)
        observe(output, s, interpreter.tensor(static_cast<std::size_t>(output)));
    });
  }
  return result;
}

const Remedy* PoorLayer::remedy() const {
  const auto found = std::ranges::find_if(
      tried, [](const Remedy& remedy) { return remedy.layer_db >= remedy.layer_db_before + kWorthDb; });
  return found == tried.end() ? nullptr : &*found;
}

std::vector<PoorLayer> poor_layers(const tflite::Model& float_model, const Samples& calibration,
                                   const QuantizeOptions& options, const Samples& samples, std::size_t most) {
  return Trials(float_model, calibration, options, samples)(most);
}

}  // namespace mltk::quantize
