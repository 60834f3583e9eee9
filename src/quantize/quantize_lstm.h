#pragma once

#include "quantize/model_editor.h"
#include "quantize/scales.h"

namespace mltk::quantize {

/// What the tensors of a UNIDIRECTIONAL_SEQUENCE_LSTM are quantized with beside its weights.
struct LstmScales {
  float input = 0;  ///< scale of the sequence
  Params output_state;
  Range cell_state;
  Params hidden;  ///< what the gates make before it is projected: without projection, the output
};

/// Quantize weights, biases and states of a UNIDIRECTIONAL_SEQUENCE_LSTM without peepholes, projection and layer
/// normalization. The cell state becomes int16 with a power of two for its scale. Throws Error(unsupported) for another
/// kind.
void quantize_lstm(ModelEditor& editor, tflite::Operator& op, const LstmScales& scales, Generation generation);

/// Places of the states among the inputs.
constexpr std::size_t kLstmOutputState = 18;
constexpr std::size_t kLstmCellState = 19;

}  // namespace mltk::quantize
