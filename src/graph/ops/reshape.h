#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef reshape_def;

struct ReshapeAttributes {
  Shape shape;               ///< new shape; starts with kBatch exactly when the input does
  bool reads_batch = false;  ///< a .tflite model computes its batch size, as for Keras' Reshape; else it is left open
};

namespace ops {
/// The same elements under another shape.
ValueId reshape(Graph& graph, ValueId x, Shape shape, bool reads_batch = false);
}  // namespace ops

}  // namespace mltk
