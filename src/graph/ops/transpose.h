#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef transpose_def;

struct TransposeAttributes {
  std::vector<std::int64_t> permutation;  ///< of all axes; the batch stays first
};

namespace ops {
ValueId transpose(Graph& graph, ValueId x, TransposeAttributes attributes);
}  // namespace ops

}  // namespace mltk
