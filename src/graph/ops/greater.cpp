#include "graph/ops/greater.h"

#include "graph/broadcasting.h"

namespace mltk {

const OpDef greater_def = {.name = "greater", .infer = infer_binary};

ValueId ops::greater(Graph& graph, ValueId a, ValueId b) { return graph.add_node(greater_def, {}, {a, b})[0]; }

}  // namespace mltk
