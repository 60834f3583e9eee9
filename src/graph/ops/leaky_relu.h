#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef leaky_relu_def;

struct LeakyReluAttributes {
  float alpha = 0.3F;
};

namespace ops {
/// x where x > 0, else alpha * x.
ValueId leaky_relu(Graph& graph, ValueId x, LeakyReluAttributes attributes);
}  // namespace ops

}  // namespace mltk
