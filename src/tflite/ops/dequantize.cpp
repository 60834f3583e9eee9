#include <algorithm>
#include <cmath>
#include <limits>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(38);

OpCost cost(const OpContext& op) { return plain_cost(2 * elements(op.input(0))); }

template <class In>
Kernel kernel(const OpContext& op) {
  return elementwise<In, float>(
      op, [scale = static_cast<double>(scale_of(op, op.input(0))), zero_point = zero_point_of(op, op.input(0))](
              In code) { return static_cast<float>(scale * (code - zero_point)); });
}

float from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int fraction = bits & 1023;
  float magnitude = 0;
  if (exponent == 31) {
    magnitude = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  } else {
    magnitude = std::ldexp(static_cast<float>(exponent == 0 ? fraction : fraction + 1024), std::max(exponent, 1) - 25);
  }
  return (bits >> 15) != 0 ? -magnitude : magnitude;
}

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (op.output().type != TensorType::float32) op.fail_types();
  switch (op.input(0).type) {
    case TensorType::int8: return kernel<std::int8_t>(op);
    case TensorType::uint8: return kernel<std::uint8_t>(op);
    case TensorType::int16: return kernel<std::int16_t>(op);
    case TensorType::float16: return elementwise<std::uint16_t, float>(op, from_half);
    default: op.fail_types();
  }
}

bool device_takes(const OpContext& op) { return op.input(0).type != TensorType::float16; }

}  // namespace

extern const OpDef dequantize_def = {
    .code = BuiltinOperator::dequantize,
    .options = &kOptions,
    .cost = cost,
    .prepare = prepare,
    .data = {32, 24},
    .device_takes = device_takes,
};

}  // namespace mltk::tflite
