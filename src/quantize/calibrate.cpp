#include "quantize/calibrate.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <set>

#include "interpreter/interpreter.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

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

bool holds(const std::vector<std::int32_t>& list, std::int32_t index) {
  return std::ranges::find(list, index) != list.end();
}

/// Tensors whose shapes are computed when the model runs, and all that is made of them.
std::set<std::int32_t> dynamic_tensors(const tflite::Model& model) {
  const tflite::Subgraph& main = model.subgraphs[0];
  std::set<std::int32_t> dynamic;
  for (const tflite::Operator& op : main.operators) {
    const bool is_dynamic = std::ranges::any_of(op.inputs, [&](std::int32_t input) {
      if (input < 0) return false;
      const tflite::Tensor& tensor = main.tensors[static_cast<std::size_t>(input)];
      const bool computed_shape = tensor.type == tflite::TensorType::int32 && model.buffer_of(tensor).empty();
      return dynamic.contains(input) || (computed_shape && !holds(main.inputs, input));
    });
    if (is_dynamic) dynamic.insert(op.outputs.begin(), op.outputs.end());
  }
  return dynamic;
}

/// For each operator the input whose memory the converter's runtime gives to the output, -1: none. The calibrator looks
/// at inputs after the operator ran, so the range of such a tensor takes in what the operator made of it.
std::vector<std::int32_t> overwritten_inputs(const tflite::Model& model) {
  constexpr BuiltinOperator kInPlace[] = {BuiltinOperator::add, BuiltinOperator::sub, BuiltinOperator::mul,
                                          BuiltinOperator::div};
  const tflite::Subgraph& main = model.subgraphs[0];
  const std::set<std::int32_t> dynamic = dynamic_tensors(model);
  std::vector<std::int32_t> overwritten;
  for (const tflite::Operator& op : main.operators) {
    overwritten.push_back(-1);
    const std::int32_t output = op.outputs.at(0);
    if (std::ranges::find(kInPlace, op.code) == std::end(kInPlace) || holds(main.outputs, output)) continue;
    const auto can_give = [&](std::int32_t input) {
      const tflite::Tensor& tensor = main.tensors[static_cast<std::size_t>(input)];
      const auto readers =
          std::ranges::count_if(main.operators, [&](const auto& other) { return holds(other.inputs, input); });
      return readers == 1 && model.buffer_of(tensor).empty() && !holds(main.inputs, input) &&
             !dynamic.contains(input) && tensor.shape == main.tensors[static_cast<std::size_t>(output)].shape;
    };
    const auto giver = std::ranges::find_if(op.inputs, can_give);
    if (giver != op.inputs.end()) overwritten.back() = *giver;
  }
  return overwritten;
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
  const std::vector<std::int32_t> overwritten = overwritten_inputs(interpreter.model());
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
      for (const std::int32_t input : main.operators[op].inputs) {
        if (is_float(input) && main.tensors[static_cast<std::size_t>(input)].is_variable)
          observe(ranges, input, interpreter.tensor(static_cast<std::size_t>(input)));  // the state, as it is now
      }
      if (overwritten[op] >= 0) {
        const auto made = static_cast<std::size_t>(main.operators[op].outputs[0]);
        observe(ranges, overwritten[op], interpreter.tensor(made));
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
