#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef reduce_sum_def;

struct ReduceAttributes {
  std::vector<std::int64_t> axes;  ///< non-negative; may include 0, the batch
  bool keep_dims = false;          ///< a reduced batch axis is dropped all the same
};

namespace ops {
/// Sum over axes. Over the batch it is combined over the slices.
ValueId reduce_sum(Graph& graph, ValueId x, ReduceAttributes attributes);
/// The sum divided by the number of summed elements; not over the batch.
ValueId reduce_mean(Graph& graph, ValueId x, ReduceAttributes attributes);
}  // namespace ops

}  // namespace mltk
