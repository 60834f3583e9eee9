#pragma once

#include <functional>

#include "graph/ops/conv_2d.h"
#include "quantize/float_graph.h"

namespace mltk::quantize {

/// Emit a convolution with `window` over input 0 of the node. `make` makes the operator's options for a window.
///
/// A dilated window over an open batch becomes SPACE_TO_BATCH_ND, a dense convolution, BATCH_TO_SPACE_ND, as the
/// converter leaves it: it recognizes a dilated convolution only when it knows the batch size.
void emit_convolution(Lowering& lowering, tflite::BuiltinOperator code, const Window2d& window,
                      const std::function<std::any(const Window2d&)>& make, std::int32_t weights, std::int32_t bias,
                      const std::string& suffix);

}  // namespace mltk::quantize
