#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef random_normal_def;

struct RandomNormalAttributes {
  float mean = 0;
  float stddev = 1;
  std::uint32_t stream = 0;
  Shape shape;
};

namespace ops {
/// Normal numbers of `attributes.shape` (kBatch first), a function of seed, step, sample and stream. x is any batched
/// value. No gradient.
ValueId random_normal(Graph& graph, ValueId x, RandomNormalAttributes attributes);
}  // namespace ops

}  // namespace mltk
