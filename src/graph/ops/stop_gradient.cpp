#include "graph/ops/stop_gradient.h"

#include "graph/broadcasting.h"

namespace mltk {

const OpDef stop_gradient_def = {.name = "stop_gradient", .infer = infer_unary};

ValueId ops::stop_gradient(Graph& graph, ValueId x) { return graph.add_node(stop_gradient_def, {}, {x})[0]; }

}  // namespace mltk
