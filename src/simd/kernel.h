#pragma once

#include <cstdint>
#include <functional>

namespace mltk::simd {

/// An operator with its weights packed, from input to output. Holds no state: may run in several threads at once.
using Int8Kernel = std::function<void(const std::int8_t* input, std::int8_t* output)>;
using FloatKernel = std::function<void(const float* input, float* output)>;

}  // namespace mltk::simd
