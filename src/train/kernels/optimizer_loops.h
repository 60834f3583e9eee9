#pragma once

#include <cstdint>

namespace mltk::simd {

/// The numbers of one step of Adam.
struct AdamRates {
  float new_gradient;  ///< share of the gradient in its mean
  float new_square;    ///< share of the squared gradient in its mean
  float alpha;         ///< step size, corrected for the first steps
  float epsilon;
};

/// m += (g - m) * new_gradient, v += (g * g - v) * new_square, weight -= m * alpha / (sqrt(v) + epsilon), each
/// operation rounded. `largest`, where not null, keeps the largest v so far and takes its place in the division.
void adam(const AdamRates& rates, const float* gradient, std::int64_t count, float* m, float* v, float* largest,
          float* weight);

}  // namespace mltk::simd
