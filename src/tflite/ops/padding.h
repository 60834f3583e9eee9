#pragma once

#include "tflite/op_def.h"

namespace mltk::tflite {

/// PAD and PADV2: the value around the input is the output's zero, or input 2.
Kernel pad_kernel(const OpContext& op);

}  // namespace mltk::tflite
