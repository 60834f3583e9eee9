#pragma once

#include <string_view>

#include "quantize/float_graph.h"

namespace mltk::quantize {

/// Add operators that compute a shape when the model runs: `shape` with the batch size of `input`. Returns its tensor.
std::int32_t add_computed_shape(Lowering& lowering, std::int32_t input, const Shape& shape, std::string_view suffix);

}  // namespace mltk::quantize
