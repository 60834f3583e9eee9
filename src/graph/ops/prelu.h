#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef prelu_def;

namespace ops {
/// x for x > 0, else alpha * x. alpha is repeated to the shape of x, which has a batch that alpha lacks.
ValueId prelu(Graph& graph, ValueId x, ValueId alpha);
}  // namespace ops

}  // namespace mltk
