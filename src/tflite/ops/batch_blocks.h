#pragma once

#include <vector>

#include "tflite/op_def.h"

namespace mltk::tflite {

/// How SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND relate an image and its blocks.
struct BatchBlocks {
  /// For each element of the batches [N * blocks, h, ..., C], the element of the image [N, H, ..., C] that it holds;
  /// -1 in the padding.
  std::vector<std::int32_t> image_of_batch;
};

/// One or two spatial axes, in front of one axis of channels. Input 1: block sizes, input 2: paddings or crops.
BatchBlocks batch_blocks(const OpContext& op, const Tensor& image, const Tensor& batches);

}  // namespace mltk::tflite
