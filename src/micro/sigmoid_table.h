#pragma once

#include <cstdint>

#include "micro/fixed_point.h"

namespace mltk::micro {

/// 65536 * logistic(i / 24), as tflite-micro 90b983c stores it.
constexpr std::uint16_t kSigmoidTable[256] = {
    32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794, 41432, 42064, 42688,
    43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443, 48964, 49475, 49975, 50464, 50942, 51409,
    51865, 52311, 52745, 53169, 53581, 53983, 54374, 54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433,
    57724, 58007, 58280, 58544, 58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370, 60565, 60753, 60935, 61110,
    61279, 61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666, 62778, 62886, 62990, 63090, 63186,
    63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968, 64030, 64090, 64148, 64204, 64257, 64308,
    64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652, 64687, 64721, 64754, 64786, 64816, 64845, 64873, 64900,
    64926, 64950, 64974, 64997, 65019, 65039, 65060, 65079, 65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208,
    65221, 65234, 65246, 65258, 65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360, 65367,
    65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433, 65438, 65442, 65445, 65449,
    65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474, 65476, 65479, 65481, 65483, 65485, 65488, 65489, 65491,
    65493, 65495, 65497, 65498, 65500, 65501, 65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513,
    65514, 65515, 65516, 65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524,
    65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529, 65529, 65530, 65530,
    65530, 65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532, 65532, 65532, 65532, 65533, 65533, 65533,
    65533, 65533, 65533, 65533, 65533, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65535};

/// Scale from a code to the tables' unit of 1 / (3 * 4096).
struct TableScale {
  std::int32_t multiplier = 3;
  int shift = 0;  ///< to the right, with rounding

  std::int32_t operator()(std::int32_t x) const {
    return shift == 0 ? x * multiplier : (x * multiplier + (1 << (shift - 1))) >> shift;
  }
};

/// The scale of codes that stand for x * 2^exponent; -30 <= exponent <= 0.
inline TableScale table_scale(int exponent) {
  const int left = 12 + exponent;
  return left >= 0 ? TableScale{3 << left, 0} : TableScale{3, -left};
}

/// logistic(d / 12288) in Q0 of 16 bits, by linear interpolation.
inline std::int16_t logistic_16(std::int32_t d) {
  const std::uint32_t magnitude = static_cast<std::uint32_t>(d < 0 ? -d : d);
  const std::uint32_t index = magnitude >> 9;
  std::uint32_t result = 0x7FFFU << 10;
  if (index < 255) {
    const std::uint32_t low = kSigmoidTable[index];
    result = (low << 9) + (magnitude & 511) * (kSigmoidTable[index + 1] - low);
  }
  result = d >= 0 ? result + (1U << 9) : (1U << 25) - result + (1U << 9) - 1;
  return static_cast<std::int16_t>(result >> 10);
}

/// tanh(d / 12288) in Q0 of 16 bits, by linear interpolation.
inline std::int16_t tanh_16(std::int32_t d) {
  const std::uint32_t magnitude = static_cast<std::uint32_t>(d < 0 ? -d : d);
  const std::uint32_t index = magnitude >> 8;
  std::int32_t result = 0xFFFF << 8;
  if (index < 255) {
    const std::int32_t low = kSigmoidTable[index];
    result = (low << 8) + static_cast<std::int32_t>(magnitude & 255) * (kSigmoidTable[index + 1] - low);
  }
  result = d >= 0 ? result - (1 << 23) + (1 << 7) : -result + (1 << 23) + (1 << 7) - 1;
  return static_cast<std::int16_t>(result >> 8);
}

}  // namespace mltk::micro
