#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef reduce_sum_def;

struct ReduceAttributes {
  std::vector<std::int64_t> axes;  ///< non-negative; may include 0, the batch
  bool keep_dims = false;          ///< a reduced batch axis is dropped all the same
};

/// Shape after a reduction.
Shape reduced_shape(const Shape& shape, const ReduceAttributes& attributes);

namespace ops {
/// Sum over axes. Over the batch it is combined over the slices.
ValueId reduce_sum(Graph& graph, ValueId x, ReduceAttributes attributes);
}  // namespace ops

}  // namespace mltk
