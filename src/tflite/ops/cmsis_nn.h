#pragma once

#include <vector>

#include "micro/window.h"
#include "tflite/op_def.h"

/// What CMSIS-NN's kernels ask for, by the buffer rules of the library and of tflite-micro's calls of it (90b983c with
/// CMSIS-NN 4ab83cc, compiled by GCC; Arm Compiler's 1x1 convolutions take a few bytes more).
namespace mltk::tflite {

/// One buffer, alike on 32 and 64 bits; none for 0 bytes.
std::vector<ArenaBytes> one_buffer(std::int64_t bytes);

/// Columns for the matrix product of an int8 convolution: two of 16 bits, with MVE four of 8 bits.
std::int64_t im2col_bytes(std::int64_t taps, DeviceKernels kernels);
/// Scratch of the kernel that is chosen for an int8 convolution of this shape.
std::int64_t convolution_scratch(const micro::Window2d& window, int filter_c, DeviceKernels kernels);

}  // namespace mltk::tflite
