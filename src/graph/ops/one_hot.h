#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef one_hot_def;

struct OneHotAttributes {
  std::int64_t depth = 0;
};

namespace ops {
/// indices [...] f32 with whole numbers    returns [..., depth]: 1 at the index, else 0. No gradient.
ValueId one_hot(Graph& graph, ValueId indices, OneHotAttributes attributes);
}  // namespace ops

}  // namespace mltk
