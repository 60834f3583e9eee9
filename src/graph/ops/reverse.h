#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef reverse_def;

struct ReverseAttributes {
  std::size_t axis = 1;  ///< not the batch
};

namespace ops {
/// x with the elements of an axis in the opposite order.
ValueId reverse(Graph& graph, ValueId x, ReverseAttributes attributes);
}  // namespace ops

}  // namespace mltk
