#pragma once

#include "graph/ops/matmul.h"

namespace mltk {

extern const OpDef batch_matmul_def;

namespace ops {
/// Products of matrices in the last two axes: a [N, ..., M, K] times b [N, ..., K, P], each transposed first where
/// asked; the axes before are equal. Returns [N, ..., M, P].
ValueId batch_matmul(Graph& graph, ValueId a, ValueId b, MatmulAttributes attributes);
}  // namespace ops

}  // namespace mltk
