#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef sequence_lstm_def;

struct SequenceLstmAttributes {
  bool sequences = true;  ///< the outputs of all steps
};

namespace ops {
/// An LSTM as devices run it: x [N, T, F]    kernel [F, 4 U]    recurrent [U, 4 U]    bias [4 U], gates in the order
/// input, forget, cell, output; returns the outputs [N, T, U], or [N, U] of the last step. States begin with 0; tanh
/// and sigmoid. Of graphs that are deployed: it has no gradient, training composes the steps.
ValueId sequence_lstm(Graph& graph, ValueId x, ValueId kernel, ValueId recurrent, ValueId bias,
                      SequenceLstmAttributes attributes);
}  // namespace ops

}  // namespace mltk
