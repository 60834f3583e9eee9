#include "graph/ops/floor.h"

#include "graph/broadcasting.h"

namespace mltk {

const OpDef floor_def = {.name = "floor", .infer = infer_unary};

ValueId ops::floor(Graph& graph, ValueId x) { return graph.add_node(floor_def, {}, {x})[0]; }

}  // namespace mltk
