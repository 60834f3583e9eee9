#include <cmath>
#include <cstdlib>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(78);

float abs_of(float x) { return std::abs(x); }

/// Codes keep their size when the scales are equal; the ratio of different ones is taken in float.
template <class Value>
Kernel code_kernel(const OpContext& op) {
  const float scale = scale_of(op, op.input(0));
  const float output_scale = scale_of(op, op.output());
  const auto [low, high] = code_range(op.output().type);
  return elementwise<Value, Value>(
      op, [low = low, high = high, zero_point = zero_point_of(op, op.input(0)),
           output_zero_point = zero_point_of(op, op.output()), rescale = scale != output_scale,
           multiplier = checked_multiplier(op, static_cast<double>(scale / output_scale))](Value code) {
        const std::int32_t size = std::abs(code - zero_point);
        return static_cast<Value>(
            micro::to_code(rescale ? micro::multiply(size, multiplier) : size, output_zero_point, low, high));
      });
}

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, abs_of);
  if (all_types(op, TensorType::int8, {0})) return code_kernel<std::int8_t>(op);
  if (!all_types(op, TensorType::int16, {0})) op.fail_types();
  if (!op.input(0).quantization.scale.empty()) return code_kernel<std::int16_t>(op);
  return elementwise<std::int16_t, std::int16_t>(op,
                                                 [](std::int16_t x) { return static_cast<std::int16_t>(std::abs(x)); });
}

}  // namespace

extern const OpDef abs_def = {
    .code = BuiltinOperator::abs,
    .options = &kOptions,
    .prepare = prepare,
    .data = {28, 28},
};

}  // namespace mltk::tflite
