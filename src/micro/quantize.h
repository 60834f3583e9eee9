#pragma once

#include <cmath>

#include "micro/fixed_point.h"

namespace mltk::micro {

/// Code of a real number: rounded half away from zero, saturated; NaN gives the lowest code.
inline std::int32_t quantize(float x, float scale, std::int32_t zero_point, std::int32_t low, std::int32_t high) {
  const float code = std::round(x / scale) + static_cast<float>(zero_point);
  if (!(code > static_cast<float>(low))) return low;
  if (code >= static_cast<float>(high)) return high;
  return static_cast<std::int32_t>(code);
}

}  // namespace mltk::micro
