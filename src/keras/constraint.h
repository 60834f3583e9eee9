#pragma once

#include <functional>

#include "keras/layer.h"

namespace mltk::keras {

/// Keras' config of a constraint given by name ("non_neg", "NonNeg"), config or None. Throws Error(unsupported) on
/// others.
Json normalize_constraint(const Json& value);

/// What brings a weight back into the limits of `config`; empty for None.
std::function<void(Tensor&)> make_constraint(const Json& config);

}  // namespace mltk::keras
