#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef matmul_def;

struct MatmulAttributes {
  bool transpose_a = false;
  bool transpose_b = false;
};

namespace ops {
/// a [M, K] times b [K, N], each transposed first where asked. Axes before the last one of a matrix that is not b count
/// as rows: [B, T, K] times [K, N] is [B, T, N]. With both batched and transpose_a it reduces over the batch: [B, ...,
/// K] and [B, ..., N] give [K, N].
ValueId matmul(Graph& graph, ValueId a, ValueId b, MatmulAttributes attributes = {});
}  // namespace ops

}  // namespace mltk
