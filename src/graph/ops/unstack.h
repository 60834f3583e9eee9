#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef unstack_def;

struct UnstackAttributes {
  std::size_t axis = 1;  ///< not the batch
};

namespace ops {
/// One value for each index of an axis, without that axis: [N, T, F] along axis 1 gives T values [N, F].
std::vector<ValueId> unstack(Graph& graph, ValueId x, UnstackAttributes attributes);

/// The inverse: T values [N, F] along axis 1 give [N, T, F].
ValueId stack(Graph& graph, std::span<const ValueId> values, std::size_t axis);
}  // namespace ops

}  // namespace mltk
