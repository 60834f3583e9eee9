#pragma once

#include <utility>

#include "graph/graph.h"

namespace mltk {

extern const OpDef pad_def;

struct PadAttributes {
  std::vector<std::pair<std::int64_t, std::int64_t>> padding;  ///< before and after, one pair an axis; batch (0, 0)
};

namespace ops {
/// Zeros around x.
ValueId pad(Graph& graph, ValueId x, PadAttributes attributes);
}  // namespace ops

}  // namespace mltk
