#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef dropout_mask_def;

struct DropoutMaskAttributes {
  float rate = 0;            ///< probability of 0, in [0, 1)
  std::uint32_t stream = 0;  ///< tells the dropout layers of a model apart
  Shape shape;               ///< of the mask, kBatch first; axes of size 1 are shared (SpatialDropout)
};

namespace ops {
/// 1 / (1 - rate) where an element is kept, else 0: a function of (seed of the run, step, sample of the batch, stream).
/// x gives the batch. No gradient.
ValueId dropout_mask(Graph& graph, ValueId x, DropoutMaskAttributes attributes);
}  // namespace ops

}  // namespace mltk
