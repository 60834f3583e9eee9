#pragma once

#include "micro/fixed_point.h"

namespace mltk::micro {

/// One operand of a comparison of codes: value = (code + offset) * 2^8 * multiplier.
struct CompareOperand {
  std::int32_t offset = 0;  ///< -zero point
  Multiplier multiplier;
};

struct CompareParams {
  CompareOperand a;
  CompareOperand b;
};

inline std::int32_t compare_code(std::int32_t code, const CompareOperand& operand) {
  return multiply((code + operand.offset) * (1 << 8), operand.multiplier);
}

}  // namespace mltk::micro
