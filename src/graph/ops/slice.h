#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef slice_def;

struct SliceAttributes {
  std::vector<std::int64_t> begin;  ///< one an axis; 0 for the batch
  std::vector<std::int64_t> size;   ///< one an axis; kBatch for the batch
};

namespace ops {
/// A block of x.
ValueId slice(Graph& graph, ValueId x, SliceAttributes attributes);
}  // namespace ops

}  // namespace mltk
