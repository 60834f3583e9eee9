#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef concat_def;

struct ConcatAttributes {
  std::int64_t axis = -1;  ///< not the batch; negative counts from the end
};

namespace ops {
ValueId concat(Graph& graph, std::vector<ValueId> inputs, ConcatAttributes attributes);
}  // namespace ops

}  // namespace mltk
