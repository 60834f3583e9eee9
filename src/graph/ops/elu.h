#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef elu_def;

struct EluAttributes {
  float alpha = 1;
};

namespace ops {
/// x for x > 0, else alpha * (exp(x) - 1). Element by element.
ValueId elu(Graph& graph, ValueId x, EluAttributes attributes);
}  // namespace ops

}  // namespace mltk
