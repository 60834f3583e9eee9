#pragma once

#include "tflite/model.h"

namespace mltk {

/// Give every tensor of the main subgraph the shape that it has when the inputs have theirs.
///
/// The converter stores 1 for a batch that is not fixed, also where operators turn the batch into something else
/// (SPACE_TO_BATCH_ND) or compute a shape from it (SHAPE ... RESHAPE). TensorFlow Lite infers all shapes again when it
/// starts; this does so for tensors that the file marks as changeable. Shape arithmetic is done here, once.
tflite::Model resolve_shapes(tflite::Model model);

}  // namespace mltk
