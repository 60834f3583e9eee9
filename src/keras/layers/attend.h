#pragma once

#include "keras/layer.h"

namespace mltk::keras {

/// What is added to scores so that masked ones have no weight: -1e9 where `mask` is 0.
ValueId large_where_masked(Graph& graph, ValueId mask);

/// Softmax of scores [N, Tq, Tv], with the layer's dropout in training, times the values [N, Tv, D].
/// Masked values have no weight, results of a masked query are 0.
ValueId attend(const CallContext& context, ValueId scores);
/// LayerDef::mask: that of the query.
inline ValueId mask_of_query(const CallContext& context) { return context.mask(); }
/// Throws Error(invalid_argument) unless there are a query, values and perhaps keys of three axes.
void check_attention_inputs(const CallContext& context);

}  // namespace mltk::keras
