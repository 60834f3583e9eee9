#pragma once

#include "micro/fixed_point.h"

namespace mltk::micro {

/// The last step of an integer kernel: accumulator of an output channel to output code.
struct Requantize {
  const Multiplier* multipliers = nullptr;  ///< one per channel, or one for all
  bool per_channel = false;
  std::int32_t output_zero_point = 0;
  std::int32_t low = 0;  ///< fused activation, as codes
  std::int32_t high = 0;

  template <class Accumulator>
  std::int32_t operator()(Accumulator sum, int channel) const {
    return to_code(multiply(sum, multipliers[per_channel ? channel : 0]), output_zero_point, low, high);
  }
};

/// The last step of a float kernel: the fused activation.
struct ClampFloat {
  float low = 0;
  float high = 0;

  float operator()(float sum, int) const { return clamp(sum, low, high); }
};

}  // namespace mltk::micro
