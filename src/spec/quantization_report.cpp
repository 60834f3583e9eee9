#include "spec/quantization_report.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "interpreter/arena.h"

namespace mltk {
namespace {

/// A gain at the output that is worth a remedy where there are no classes to count: half the error.
constexpr double kWorthDb = 6;
/// Share of samples that may change class before something needs to be done.
constexpr double kFewChanged = 0.01;
/// Above it, the output of a model without classes needs no remedy.
constexpr double kGoodDb = 30;
constexpr std::size_t kMostSamplesListed = 20;
constexpr std::size_t kMostPoorLayers = 3;

bool holds_same(const quantize::Samples& a, const quantize::Samples& b) {
  return std::ranges::equal(a, b, [](const std::vector<Tensor>& x, const std::vector<Tensor>& y) {
    return std::ranges::equal(x, y, [](const Tensor& p, const Tensor& q) {
      return p.dtype() == q.dtype() && p.shape() == q.shape() && std::ranges::equal(p.bytes(), q.bytes());
    });
  });
}

std::string cost_in_memory(const tflite::Model& from, const tflite::Model& to) {
  try {
    const auto bytes = [](const tflite::Model& model) {
      return static_cast<double>(arena_size(model, PointerSize::bits_32).used);
    };
    if (bytes(to) == bytes(from)) return "nothing";
    return fmt::format("RAM {}B instead of {}B", format_units(bytes(to), 1, false),
                       format_units(bytes(from), 1, false));
  } catch (const Error&) {
    return "more RAM";  // an operator whose memory is not known
  }
}

std::string decibels(double value) { return std::isinf(value) ? "exact" : fmt::format("{:.1f} dB", value); }

std::string layers_text(const quantize::Quality& quality) {
  TextTable table({"Op", "Layer", "OpCode", "Signal to noise", "Range", "Set by sample", "Saturated"});
  for (const quantize::LayerQuality& layer : quality.layers) {
    table.add_row({fmt::format("{}", layer.op), layer.name, layer.opcode, decibels(layer.signal_to_noise_db),
                   fmt::format("{:.4g} to {:.4g}", layer.range.min, layer.range.max),
                   fmt::format("{}", layer.widest_sample), fmt::format("{:.3f} %", 100 * layer.saturated)});
  }
  return table.str();
}

std::string changed_text(const quantize::Quality& quality) {
  if (!quality.classifies) return "The output has no classes.\n";
  if (quality.changed.empty()) return fmt::format("None of {} samples changes its class.\n", quality.samples);
  std::string text = fmt::format("{} of {} samples change their class, the largest loss first:\n",
                                 quality.changed.size(), quality.samples);
  TextTable table({"Sample", "Float class", "Its score", "After quantization", "Class after quantization"});
  for (std::size_t i = 0; i < std::min(quality.changed.size(), kMostSamplesListed); ++i) {
    const quantize::ChangedSample& changed = quality.changed[i];
    table.add_row({fmt::format("{}", changed.sample), fmt::format("{}", changed.float_class),
                   fmt::format("{:.4f}", changed.float_score), fmt::format("{:.4f}", changed.quantized_score),
                   fmt::format("{}", changed.quantized_class)});
  }
  text += table.str() + "\n";
  if (quality.changed.size() > kMostSamplesListed)
    text += fmt::format("and {} more\n", quality.changed.size() - kMostSamplesListed);
  return text;
}

std::string change_text(const quantize::Change& change) {
  using enum quantize::Change::Kind;
  switch (change.kind) {
    case with: return fmt::format("calibrate with sample {} too", change.at);
    case without: return fmt::format("leave sample {} out of the calibration", change.at);
    case equalize: return fmt::format("even out the channels before op {}", change.at);
    case per_channel: return fmt::format("a scale for each unit of op {}", change.at);
    case stay_float: return fmt::format("compute op {} in float", change.at);
  }
  return {};
}

std::string steps(double before, double after) { return fmt::format("{} to {}", decibels(before), decibels(after)); }

std::string poor_layers_text(const QuantizationReport& report) {
  if (report.poor_layers.empty()) return {};
  std::string text = "Layers that lose much, the largest loss first, with the cheapest remedy that was tried:\n";
  TextTable table({"Op", "Layer", "Cause", "Remedy", "Costs", "The layer then", "The output then", "To apply"});
  for (const quantize::PoorLayer& layer : report.poor_layers) {
    const std::string op = fmt::format("{}", layer.quality.op);
    const quantize::Remedy* remedy = layer.remedy();
    if (remedy == nullptr) {
      table.add_row({op, layer.quality.name, "unknown", "none of those tried gains 3 dB", "", "", "", ""});
      continue;
    }
    std::vector<std::string> changes;
    std::vector<std::string> flags;
    for (const quantize::Change& change : remedy->changes) {
      changes.push_back(change_text(change));
      flags.push_back("--remedy " + to_string(change));
    }
    table.add_row({op, layer.quality.name, remedy->cause, fmt::format("{}", fmt::join(changes, ", ")),
                   cost_in_memory(report.quantized, remedy->quantized),
                   steps(remedy->layer_db_before, remedy->layer_db), steps(remedy->output_db_before, remedy->output_db),
                   fmt::format("{}", fmt::join(flags, " "))});
  }
  return text + table.str() + "\n\n";
}

std::string outcome(const quantize::Quality& quality) {
  const std::string output = fmt::format("output {}", decibels(quality.output_signal_to_noise_db()));
  if (!quality.classifies) return output;
  return fmt::format("{} of {} samples change class, {}", quality.changed.size(), quality.samples, output);
}

/// Layers that add most noise: the signal to noise ratio falls most from the layer before.
std::string lossy_layers(const quantize::Quality& quality) {
  constexpr std::size_t kMost = 3;
  std::vector<const quantize::LayerQuality*> layers;
  for (const quantize::LayerQuality& layer : quality.layers) layers.push_back(&layer);
  std::ranges::stable_sort(layers, {}, &quantize::LayerQuality::signal_to_noise_db);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(layers.size(), kMost); ++i)
    names.push_back(fmt::format("{} ({})", layers[i]->name, decibels(layers[i]->signal_to_noise_db)));
  return fmt::format("{}", fmt::join(names, ", "));
}

bool needs_remedy(const quantize::Quality& quality) {
  if (!quality.classifies) return quality.output_signal_to_noise_db() < kGoodDb;
  return static_cast<double>(quality.changed.size()) > kFewChanged * static_cast<double>(quality.samples);
}

bool helps(const quantize::Quality& before, const quantize::Quality& after) {
  if (before.classifies) return 2 * after.changed.size() <= before.changed.size();
  return after.output_signal_to_noise_db() >= before.output_signal_to_noise_db() + kWorthDb;
}

}  // namespace

quantize::SampleSource source_of(const quantize::Samples& samples) {
  return [&samples, next = std::size_t{0}](std::vector<Tensor>& sample) mutable {
    if (next == samples.size()) return false;
    sample = samples[next++];
    return true;
  };
}

QuantizationReport quantization_report(const keras::Model& model, const ConverterSettings& settings,
                                       const quantize::Samples& calibration, const quantize::Samples& samples) {
  const ConverterMode mode = mode_of(settings, true);
  if (mode != ConverterMode::int8 && mode != ConverterMode::int8_old_quantizer && mode != ConverterMode::int16x8) {
    fail(ErrorKind::invalid_argument, "a quantization report needs a model with integer activations: int8 or int16x8");
  }
  const tflite::Model float_model = convert_to_float(model);
  const tflite::Model quantized = convert_model(model, settings, source_of(calibration));
  QuantizationReport report{.quality = quantize::measure_quality(float_model, quantized, samples)};
  if (mode == ConverterMode::int8) {
    report.poor_layers = quantize::poor_layers(float_model, calibration,
                                               {.input_type = settings.input_type, .output_type = settings.output_type},
                                               samples, kMostPoorLayers);
  }
  if (!holds_same(calibration, samples)) {
    quantize::Samples all = calibration;
    all.insert(all.end(), samples.begin(), samples.end());
    report.remedies.push_back(
        {fmt::format("calibrate with the {} samples of this report too", samples.size()), "none",
         quantize::measure_quality(float_model, convert_model(model, settings, source_of(all)), samples)});
  }
  if (mode != ConverterMode::int16x8) {
    const ConverterSettings wide{.supported_ops = {"EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8"}};
    try {
      const tflite::Model wider = convert_model(model, wide, source_of(calibration));
      report.remedies.push_back({"16-bit activations (int16x8)", cost_in_memory(quantized, wider),
                                 quantize::measure_quality(float_model, wider, samples)});
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unsupported) throw;  // an operator has no 16-bit kernel: no remedy
    }
  }
  report.quantized = quantized;
  return report;
}

const Remedy* proposed_remedy(const QuantizationReport& report) {
  if (!needs_remedy(report.quality)) return nullptr;
  const auto found = std::ranges::find_if(report.remedies,
                                          [&](const Remedy& remedy) { return helps(report.quality, remedy.quality); });
  return found == report.remedies.end() ? nullptr : &*found;
}

std::string to_text(const QuantizationReport& report) {
  const quantize::Quality& quality = report.quality;
  std::string text = fmt::format("Quantization report, {} samples\n{}\n\n{}\n", quality.samples, layers_text(quality),
                                 changed_text(quality));
  text += poor_layers_text(report);
  TextTable table({"Remedy of the whole model", "Costs", "Then"});
  table.add_row({"none", "nothing", outcome(quality)});
  for (const Remedy& remedy : report.remedies) table.add_row({remedy.what, remedy.cost, outcome(remedy.quality)});
  text += table.str() + "\n";
  if (!needs_remedy(quality)) {
    const bool layers_gain = std::ranges::any_of(
        report.poor_layers, [](const quantize::PoorLayer& layer) { return layer.remedy() != nullptr; });
    return text + (layers_gain
                       ? "Proposal: the results hold as they are; the remedies of the layers above make them safer.\n"
                       : "Proposal: leave the model as it is.\n");
  }
  if (const Remedy* remedy = proposed_remedy(report); remedy != nullptr) {
    return text + fmt::format("Proposal: {}. Gains: {}; now {}. Lossy layers: {}.\n", remedy->what,
                              outcome(remedy->quality), outcome(quality), lossy_layers(quality));
  }
  return text +
         fmt::format(
             "Proposal: none of these remedies helps enough; train the layers that lose most for smaller ranges, "
             "e.g. with ReLU6 or batch normalization: {}.\n",
             lossy_layers(quality));
}

}  // namespace mltk
