#pragma once

#include "quantize/float_graph.h"

namespace mltk::quantize {

/// The converter's rewriting of a float graph, until nothing changes: identities removed, known functions recognized,
/// constants folded into weights and biases, activations fused.
void optimize(FloatGraph& graph);

}  // namespace mltk::quantize
