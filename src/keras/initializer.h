#pragma once

#include <functional>

#include "keras/layer.h"

namespace mltk::keras {

/// Keras' config of an initializer given by name ("glorot_uniform", "GlorotUniform") or config.
/// Throws Error(unsupported) on others.
Json normalize_initializer(const Json& value);

/// Initial values of a weight, bit for bit those of Keras 2.15 for the same seed: Philox numbers of the pair (seed, 0).
/// An initializer without a seed takes one from `next_seed`.
Tensor draw_initial_values(const Json& config, const Shape& shape, const std::function<std::int64_t()>& next_seed);

}  // namespace mltk::keras
