#pragma once

#include "keras/layer.h"

namespace mltk::keras {

/// Keras' config of a regularizer given by name ("l2"), config or None. Throws Error(unsupported) on others.
Json normalize_regularizer(const Json& value);

/// The scalar that the regularizer of `config` adds to the loss.
ValueId add_penalty(Graph& graph, ValueId weight, const Json& config);

/// Add the penalty on a layer's output, over the number of samples, to the penalties of a graph.
void add_activity_penalty(Graph& graph, ValueId output, const Json& config);

}  // namespace mltk::keras
