#pragma once

#include <cstdint>
#include <functional>

namespace mltk::simd {

/// An operator with its weights packed: input codes to output codes. Holds no state: may run in several threads at
/// once.
using Int8Kernel = std::function<void(const std::int8_t* input, std::int8_t* output)>;

}  // namespace mltk::simd
