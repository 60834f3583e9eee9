#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef broadcast_def;

struct BroadcastAttributes {
  Shape shape;
};

namespace ops {
/// x repeated to `shape` by NumPy's rule. An x without a batch gives every sample the same.
ValueId broadcast(Graph& graph, ValueId x, Shape shape);
}  // namespace ops

}  // namespace mltk
