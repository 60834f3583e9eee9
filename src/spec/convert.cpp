#include "spec/convert.h"

#include "quantize/converter.h"
#include "quantize/quantize.h"

namespace mltk {

tflite::Model convert_model(const keras::Model& model, const ConverterSettings& settings,
                            const quantize::SampleSource& samples) {
  const tflite::Model float_model = quantize::convert_to_float(model.inference_graph());
  if (!settings.optimize) return float_model;
  if (samples) {
    const quantize::Ranges ranges = quantize::calibrate(float_model, samples);
    return quantize::quantize_int8(float_model, ranges,
                                   {.input_type = settings.input_type, .output_type = settings.output_type});
  }
  if (settings.int8_only) {
    fail(ErrorKind::invalid_argument,
         "tflite_converter asks for TFLITE_BUILTINS_INT8 but has no representative_dataset: int8 needs the range of "
         "every "
         "activation. Set tflite_converter['representative_dataset'] = 'generate'");
  }
  return quantize::quantize_dynamic_range(float_model);
}

}  // namespace mltk
