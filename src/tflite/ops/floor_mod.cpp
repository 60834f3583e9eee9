#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(72);

/// The remainder with the sign of the divisor.
float floor_mod(float a, float b) {
  const float remainder = std::fmod(a, b);
  return remainder != 0 && (b < 0) != (remainder < 0) ? remainder + b : remainder;
}

Kernel prepare(const OpContext& op) {
  if (!all_types(op, TensorType::float32, {0, 1})) op.fail_types();
  return binary<float>(op, floor_mod);
}

}  // namespace

extern const OpDef floor_mod_def = {
    .code = BuiltinOperator::floor_mod,
    .options = &kOptions,
    .prepare = prepare,
};

}  // namespace mltk::tflite
