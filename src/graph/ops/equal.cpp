#include "graph/ops/equal.h"

#include "graph/broadcasting.h"

namespace mltk {

const OpDef equal_def = {.name = "equal", .infer = infer_binary};

ValueId ops::equal(Graph& graph, ValueId a, ValueId b) { return graph.add_node(equal_def, {}, {a, b})[0]; }

}  // namespace mltk
