#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef split_def;

struct SplitAttributes {
  std::int64_t axis = -1;    ///< not the batch; negative counts from the end
  std::int64_t parts = 1;    ///< how many, all of the same size
  bool lists_sizes = false;  ///< on the device as SPLIT_V, which names the size of each part, instead of SPLIT
};

namespace ops {
/// Parts of x that stand one after another along an axis: [N, 3 * F] in 3 parts gives three values [N, F].
std::vector<ValueId> split(Graph& graph, ValueId x, SplitAttributes attributes);
}  // namespace ops

}  // namespace mltk
