#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef clip_def;

/// Limits of clip.
struct ClipAttributes {
  float low = 0;
  float high = 0;
};

namespace ops {
/// min(max(x, low), high). The gradient is 1 where low <= x <= high, else 0.
ValueId clip(Graph& graph, ValueId x, ClipAttributes attributes);
}  // namespace ops

}  // namespace mltk
