#pragma once

#include "keras/layer.h"

namespace mltk::keras {

/// Recurrent layers are unrolled: the number of steps is known.

/// Input kernel, recurrent kernel and bias of a cell with `gates` parts of `units` each, named as Keras names them;
/// `bias_rows` > 1: the bias has two axes.
std::vector<WeightDef> cell_weights(const Layer& layer, const Shape& input, std::string_view cell, std::int64_t gates,
                                    std::int64_t bias_rows = 1);

/// One step of a cell: the part of the input [N, gates * units] and the states before give the states after, the output
/// first.
using StepFunction = std::vector<ValueId> (*)(const CallContext& context, ValueId input,
                                              std::span<const ValueId> states);

struct Cell {
  std::string_view name;  ///< "lstm_cell", in names of weights
  std::size_t states = 1;
  StepFunction step = nullptr;
  bool step_adds_bias = false;  ///< else it is in the part of the input
};

/// Run a cell over the steps of the input: the output, and the last states when the layer returns them.
std::vector<ValueId> unroll(const CallContext& context, const Cell& cell);

/// LayerDef::mask: that of the input when the layer returns all steps.
ValueId mask_of_steps(const CallContext& context);

/// A weight of the layer's cell.
ValueId cell_weight(const CallContext& context, std::string_view cell, std::string_view name);

/// The state as recurrent kernels see it: with recurrent_dropout.
ValueId dropped_state(const CallContext& context, ValueId state);

/// The activation that an argument names.
ValueId activate(const CallContext& context, const char* argument, ValueId x);

/// x plus the layer's bias, if it has one; of a bias of two rows the first, the second belongs to the recurrent
/// product.
ValueId with_cell_bias(const CallContext& context, std::string_view cell, ValueId x);

}  // namespace mltk::keras
