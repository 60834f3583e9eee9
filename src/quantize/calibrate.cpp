#include "quantize/calibrate.h"

#include <cmath>
#include <limits>

#include "interpreter/interpreter.h"

namespace mltk::quantize {
namespace {

void observe(Ranges& ranges, std::int32_t index, std::span<const std::uint8_t> bytes) {
  const std::span values(reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float));
  // The converter's calibrator starts its maximum at the smallest normal number, not at minus infinity.
  Range& range =
      ranges.try_emplace(index, std::numeric_limits<float>::max(), std::numeric_limits<float>::min()).first->second;
  for (const float value : values) {
    if (std::isnan(value)) continue;
    range.min = std::min(range.min, value);
    range.max = std::max(range.max, value);
  }
}

}  // namespace

Ranges calibrate(const tflite::Model& model, const SampleSource& samples) {
  Interpreter interpreter(model);
  const tflite::Subgraph& main = interpreter.model().subgraphs[0];
  const auto is_float = [&](std::int32_t index) {
    return index >= 0 && main.tensors[static_cast<std::size_t>(index)].type == tflite::TensorType::float32 &&
           interpreter.model().buffer_of(main.tensors[static_cast<std::size_t>(index)]).empty();
  };
  Ranges ranges;
  std::vector<Tensor> sample;
  std::int64_t count = 0;
  while (samples(sample)) {
    if (sample.size() != main.inputs.size()) {
      fail(ErrorKind::invalid_data, "a representative sample has {} arrays, the model has {} inputs", sample.size(),
           main.inputs.size());
    }
    for (std::size_t i = 0; i < sample.size(); ++i) {
      const Tensor input = sample[i].cast(DType::float32);
      if (static_cast<std::int64_t>(input.bytes().size()) != tflite::byte_size(interpreter.input_tensor(i))) {
        fail(ErrorKind::invalid_data, "representative sample {} has the shape {} for input '{}' [{}]", count,
             to_string(input.shape()), interpreter.input_tensor(i).name,
             tflite::shape_text(interpreter.input_tensor(i).shape));
      }
      interpreter.set_input(i, input.bytes());
      observe(ranges, main.inputs[i], input.bytes());
    }
    interpreter.invoke([&](std::size_t op) {
      for (const std::int32_t output : main.operators[op].outputs) {
        if (is_float(output)) observe(ranges, output, interpreter.tensor(static_cast<std::size_t>(output)));
      }
    });
    ++count;
  }
  if (count == 0) {
    fail(ErrorKind::invalid_data,
         "there is no representative sample: int8 needs the range of every activation. Set "
         "tflite_converter['representative_dataset'] or check that the validation data are not empty");
  }
  return ranges;
}

}  // namespace mltk::quantize
