#pragma once

#include "quantize/scales.h"
#include "tflite/model.h"

namespace mltk::quantize {

/// How the quantization parameters of an operator's tensors hang together.
enum class Rule : std::uint8_t {
  free,          ///< the output has a range of its own
  fixed,         ///< the output's parameters are prescribed
  same_scale,    ///< the outputs have the data input's parameters
  joined,        ///< all inputs take the output's parameters
  with_weights,  ///< free, and there are weights and a bias
  recurrent,     ///< free, and there are states: an LSTM
  reads_any,     ///< takes its input as it is: what is computed is not data
};

struct QuantizeRule {
  tflite::BuiltinOperator code;
  Rule rule;
  Params fixed_int8 = {};
  bool per_channel = true;         ///< weights: a scale for each output channel
  std::size_t weight_axis = 0;     ///< of the channels
  std::size_t data = 0;            ///< index of the input that holds the data
  std::size_t bias = 2;            ///< index of the bias
  bool symmetric_operand = false;  ///< input 1 is quantized like weights, one scale for all
};

/// Null for an operator that the quantizers leave in float.
const QuantizeRule* find_rule(tflite::BuiltinOperator code);

}  // namespace mltk::quantize
