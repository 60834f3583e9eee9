#include "spec/convert.h"

#include <algorithm>
#include <array>

#include "quantize/change.h"
#include "quantize/converter.h"
#include "quantize/recorded_ranges.h"

namespace mltk {
namespace {

using tflite::TensorType;

constexpr std::string_view kInt8Ops = "TFLITE_BUILTINS_INT8";
constexpr std::string_view kInt16Ops = "EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8";
constexpr std::array kOpsSets = {std::string_view("TFLITE_BUILTINS"), kInt8Ops, kInt16Ops};

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

void check_names(const ConverterSettings& settings) {
  for (const std::string& name : settings.supported_ops) {
    if (std::ranges::find(kOpsSets, name) == kOpsSets.end()) {
      fail(ErrorKind::unsupported, "tflite_converter['supported_ops'] has '{}'; there are: {}", name,
           fmt::join(kOpsSets, ", "));
    }
  }
  for (const std::string& name : settings.supported_types) {
    if (name != "float16" && name != "float32" && name != "int8") {
      fail(ErrorKind::unsupported,
           "the supported_types of tflite_converter['target_spec'] have '{}'; there are: float32, "
           "float16, int8",
           name);
    }
  }
}

void check_type(TensorType type, std::string_view key, ConverterMode mode) {
  std::vector<TensorType> possible = {TensorType::float32};
  switch (mode) {
    case ConverterMode::int8: possible = {TensorType::float32, TensorType::int8, TensorType::uint8}; break;
    case ConverterMode::int8_old_quantizer: possible = {TensorType::float32, TensorType::int8}; break;
    case ConverterMode::int16x8: possible = {TensorType::float32, TensorType::int16}; break;
    default: break;
  }
  if (std::ranges::find(possible, type) != possible.end()) return;
  std::vector<std::string_view> names;
  for (const TensorType one : possible) names.push_back(tflite::to_string(one));
  fail(ErrorKind::invalid_argument, "tflite_converter['{}'] is {}, but with the other settings the model can have: {}",
       key, tflite::to_string(type), fmt::join(names, ", "));
}

ConverterMode chosen_mode(const ConverterSettings& settings, bool has_samples) {
  if (!settings.optimize) return ConverterMode::float32;
  const bool wants_int16 = has(settings.supported_ops, kInt16Ops);
  const bool wants_int8 = has(settings.supported_ops, kInt8Ops);
  if (has(settings.supported_types, "float16")) {
    if (wants_int16 || wants_int8) {
      fail(ErrorKind::invalid_argument,
           "tflite_converter['supported_ops'] asks for integers and the supported_types of "
           "tflite_converter['target_spec'] for float16; leave one of them out");
    }
    return ConverterMode::float16;
  }
  if (has_samples && wants_int16) return ConverterMode::int16x8;
  if (has_samples) return settings.new_quantizer ? ConverterMode::int8 : ConverterMode::int8_old_quantizer;
  if (wants_int16 || wants_int8) {
    fail(
        ErrorKind::invalid_argument,
        "tflite_converter['supported_ops'] asks for {} but there is no representative_dataset: integers need the range "
        "of every activation. Set tflite_converter['representative_dataset'] = 'generate'",
        wants_int16 ? kInt16Ops : kInt8Ops);
  }
  return ConverterMode::dynamic_range;
}

quantize::QuantizeOptions options_of(const ConverterSettings& settings) {
  return {.input_type = settings.input_type, .output_type = settings.output_type};
}

tflite::Model quantize_with(const tflite::Model& float_model, ConverterMode mode, const ConverterSettings& settings,
                            const quantize::Ranges& ranges) {
  const quantize::QuantizeOptions options = options_of(settings);
  if (mode == ConverterMode::int8) return quantize::quantize_int8(float_model, ranges, options);
  const auto activations =
      mode == ConverterMode::int16x8 ? quantize::OldActivations::int16 : quantize::OldActivations::int8;
  return quantize::quantize_old(float_model, ranges, activations, options);
}

tflite::Model quantize_with_remedies(const tflite::Model& float_model, const ConverterSettings& settings,
                                     const quantize::SampleSource& source, const quantize::Samples& more) {
  quantize::Samples samples;
  for (std::vector<Tensor> sample; source(sample);) samples.push_back(sample);
  std::vector<quantize::Change> changes;
  for (const std::string& remedy : settings.remedies) changes.push_back(quantize::parse_change(remedy));
  return quantize::quantize_changed(float_model, samples, more, options_of(settings), changes).quantized;
}

}  // namespace

ConverterMode mode_of(const ConverterSettings& settings, bool has_samples) {
  check_names(settings);
  const ConverterMode mode = chosen_mode(settings, has_samples);
  check_type(settings.input_type, "inference_input_type", mode);
  check_type(settings.output_type, "inference_output_type", mode);
  if (!settings.remedies.empty() && mode != ConverterMode::int8) {
    fail(ErrorKind::invalid_argument, "remedies ({}) are for int8 models of the current quantizer alone",
         fmt::join(settings.remedies, ", "));
  }
  return mode;
}

tflite::Model convert_to_float(const keras::Model& model) {
  return quantize::convert_to_float(model.inference_graph(),
                                    {.model_name = model.name(), .fixed_batch = model.takes_one_sample()});
}

tflite::Model convert_model(const keras::Model& model, const ConverterSettings& settings,
                            const quantize::SampleSource& samples, const quantize::Samples& more) {
  const ConverterMode mode = mode_of(settings, samples != nullptr);
  const tflite::Model float_model = convert_to_float(model);
  if (!settings.remedies.empty()) return quantize_with_remedies(float_model, settings, samples, more);
  switch (mode) {
    case ConverterMode::float32: return float_model;
    case ConverterMode::float16: return quantize::quantize_float16(float_model);
    case ConverterMode::dynamic_range: return quantize::quantize_dynamic_range(float_model);
    default: return quantize_with(float_model, mode, settings, quantize::calibrate(float_model, samples));
  }
}

tflite::Model convert_model_with_ranges_of(const keras::Model& model, const ConverterSettings& settings,
                                           const tflite::Model& recorded) {
  const ConverterMode mode = mode_of(settings, true);
  if (mode != ConverterMode::int8 && mode != ConverterMode::int8_old_quantizer) {
    fail(ErrorKind::unsupported, "ranges of an earlier model serve for int8 alone");
  }
  if (!settings.remedies.empty())
    fail(ErrorKind::invalid_argument,
         "remedies need the samples of the calibration, not the ranges of an earlier model");
  const tflite::Model float_model = convert_to_float(model);
  return quantize_with(float_model, mode, settings, quantize::recorded_ranges(float_model, recorded));
}

}  // namespace mltk
