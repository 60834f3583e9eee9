#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef power_def;

struct PowerAttributes {
  float exponent = 1;
};

namespace ops {
/// x to a constant power, for x >= 0 unless the exponent is whole. Element by element.
ValueId power(Graph& graph, ValueId x, PowerAttributes attributes);
}  // namespace ops

}  // namespace mltk
