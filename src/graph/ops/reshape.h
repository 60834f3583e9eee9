#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef reshape_def;

struct ReshapeAttributes {
  Shape shape;  ///< new shape; starts with kBatch exactly when the input does
};

namespace ops {
/// The same elements under another shape.
ValueId reshape(Graph& graph, ValueId x, Shape shape);
}  // namespace ops

}  // namespace mltk
