#include "graph/ops/sequence_lstm.h"

#include "quantize/float_graph.h"
#include "tflite/ops/strided_slice.h"
#include "tflite/ops/unidirectional_sequence_lstm.h"

namespace mltk::quantize {
namespace {

constexpr std::int64_t kGates = 4;
constexpr std::int32_t kNone = -1;

/// The part of a gate of a matrix [rows, 4 * units], transposed: [units, rows].
std::int32_t add_gate(Lowering& l, const Tensor& matrix, std::int64_t gate, std::string_view name) {
  const std::int64_t rows = matrix.shape()[0];
  const std::int64_t units = matrix.shape()[1] / kGates;
  std::vector<float> values;
  for (std::int64_t u = 0; u < units; ++u) {
    for (std::int64_t r = 0; r < rows; ++r) {
      values.push_back(matrix.as<float>()[static_cast<std::size_t>(r * kGates * units + gate * units + u)]);
    }
  }
  return l.graph.add_constant(l.name(name), {units, rows}, std::move(values));
}

std::int32_t add_state(Lowering& l, std::int64_t units) {
  const std::int32_t state = l.graph.add_activation(l.name("zeros"), {1, units});
  l.graph.tensor(state).is_variable = true;
  return state;
}

/// Of the outputs of all steps, the last one.
void emit_last_step(Lowering& l, std::int32_t sequence) {
  const auto constant = [&](const std::vector<std::int32_t>& values) {
    return l.graph.add_constant(l.name("strided_slice/stack"), {3}, values);
  };
  l.emit(tflite::BuiltinOperator::strided_slice,
         tflite::StridedSliceOptions{.begin_mask = 5, .end_mask = 5, .shrink_axis_mask = 2},
         {sequence, constant({0, -1, 0}), constant({0, 0, 0}), constant({1, 1, 1})}, "strided_slice");
}

void lower(Lowering& l) {
  const std::int64_t units = l.shape(2)[0];
  std::vector<std::int32_t> inputs = {l.input(0)};
  for (std::int64_t gate = 0; gate < kGates; ++gate) inputs.push_back(add_gate(l, l.constant(1), gate, "kernel"));
  for (std::int64_t gate = 0; gate < kGates; ++gate) inputs.push_back(add_gate(l, l.constant(2), gate, "recurrent"));
  inputs.insert(inputs.end(), 3, kNone);  // peepholes
  for (std::int64_t gate = 0; gate < kGates; ++gate) {
    const auto part =
        l.constant(3).as<float>().subspan(static_cast<std::size_t>(gate * units), static_cast<std::size_t>(units));
    inputs.push_back(l.graph.add_constant(l.name("bias"), {units}, std::vector<float>(part.begin(), part.end())));
  }
  inputs.insert(inputs.end(), 2, kNone);  // projection
  inputs.push_back(add_state(l, units));
  inputs.push_back(add_state(l, units));
  inputs.insert(inputs.end(), 4, kNone);  // layer normalization
  // What TensorFlow's LSTM has: cells between -10 and 10.
  const tflite::UnidirectionalSequenceLstmOptions options{.activation = tflite::Activation::tanh, .cell_clip = 10};
  if (l.node.as<SequenceLstmAttributes>().sequences) {
    return l.emit(tflite::BuiltinOperator::unidirectional_sequence_lstm, options, std::move(inputs), "lstm");
  }
  const std::int32_t sequence = l.graph.add_activation(l.name("lstm"), {kBatch, l.shape(0)[1], units});
  l.graph.main().operators.push_back({.code = tflite::BuiltinOperator::unidirectional_sequence_lstm,
                                      .options = options,
                                      .inputs = std::move(inputs),
                                      .outputs = {sequence}});
  emit_last_step(l, sequence);
}

}  // namespace

extern const LoweringDef sequence_lstm_def;
const LoweringDef sequence_lstm_def = {"sequence_lstm", lower};

}  // namespace mltk::quantize
