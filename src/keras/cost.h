#pragma once

#include "keras/model.h"

namespace mltk::keras {

/// Work of one inference as MLTK's model summary counts it: layers that it does not know count nothing, batch
/// normalization is free (it is folded), activations fused into a layer are free.
struct Cost {
  std::int64_t macs = 0;
  std::int64_t ops = 0;
};

Cost count_cost(const Model& model);

}  // namespace mltk::keras
