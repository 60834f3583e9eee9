#pragma once

#include <cstdint>
#include <functional>

namespace mltk::simd {

/// An operator with its weights packed, from input to output. Holds no state: may run in several threads at once.
using Int8Kernel = std::function<void(const std::int8_t* input, std::int8_t* output)>;
using FloatKernel = std::function<void(const float* input, float* output)>;

/// Whether an offset is minus a zero point of int8: the codes of a file may be anything.
constexpr bool is_code_offset(std::int32_t offset) { return offset >= -127 && offset <= 128; }

}  // namespace mltk::simd
