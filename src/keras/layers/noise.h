#pragma once

#include "graph/ops/dropout_mask.h"
#include "keras/layer.h"

namespace mltk::keras {

/// Layers of a model draw random numbers from streams of their own: a hash of the name (FNV-1a).
inline std::uint32_t stream_of(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

/// A mask of `shape`: 0 with the probability `rate`, else 1 / (1 - rate).
inline ValueId mask_of(const CallContext& context, float rate, const Shape& shape) {
  return ops::dropout_mask(context.graph, context.input(), {rate, stream_of(context.layer.name()), shape});
}

}  // namespace mltk::keras
