#pragma once

#include <cstdint>

namespace mltk::benchmarks {

/// `times` rounds of 12 independent fused multiply-adds of the widest vectors; returns the operations done.
double multiply_add(std::int64_t times);

/// out[i] = x[i] + y[i], as wide as it goes: `count` floats.
void add(const float* x, const float* y, float* out, std::int64_t count);

}  // namespace mltk::benchmarks
