#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef gather_def;

namespace ops {
/// Rows of a table: table [V, D]    indices [...] f32 with whole numbers    returns [..., D]. The indices have no
/// gradient. An index outside of the table is an Error(invalid_data) when the step runs.
ValueId gather(Graph& graph, ValueId table, ValueId indices);
}  // namespace ops

}  // namespace mltk
