#pragma once

#include "keras/layer.h"

namespace mltk::keras {

/// The form of Keras 2 for what a `.keras` file says of a model or of its compilation: names of functions in place of
/// their descriptions, types by name, lists of [layer, call, result] for the connections that Keras 3 describes, and no
/// arguments of Keras 3 that are off.
Json to_keras_2(const Json& value);

}  // namespace mltk::keras
