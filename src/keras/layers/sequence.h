#pragma once

#include "keras/layers/window.h"

namespace mltk::keras {

/// Layers on sequences [N, T, C] are those on pictures: convolutions on one row, pools on one column, as TensorFlow has
/// them.

/// The window of a layer whose sizes are lists of one.
Window2d row_window_of(const Layer& layer, const Json& size);

/// [N, T, C] as [N, 1, T, C], and back.
ValueId as_row(Graph& graph, ValueId x);
ValueId from_row(Graph& graph, ValueId x);

/// The window of a pool of sequences, which are pictures one column wide to it.
Window2d column_window_of(const Layer& layer);

/// [N, T, C] as [N, T, 1, C], and back.
ValueId as_column(Graph& graph, ValueId x);
ValueId from_column(Graph& graph, ValueId x);

/// A kernel [K, C, F] as [1, K, C, F].
ValueId row_kernel(Graph& graph, ValueId kernel);

/// With padding="causal": zeros in front, as many as the window reaches back. Else x.
ValueId causal_padded(const CallContext& context, ValueId x, const Window2d& window);

}  // namespace mltk::keras
