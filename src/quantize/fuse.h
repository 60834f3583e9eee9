#pragma once

#include "quantize/float_graph.h"

namespace mltk::quantize {

/// The converter's fusions, until nothing changes: constant MUL and DIV into the weights of the convolution or fully
/// connected operator before, ADD and SUB into its bias, RELU and RELU6 into its activation.
void fuse(FloatGraph& graph);

}  // namespace mltk::quantize
