#include <cmath>

#include "micro/inverse_sqrt.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

float rsqrt_of(float x) { return 1 / std::sqrt(x); }

Kernel code_kernel(const OpContext& op) {
  constexpr int kShift = 20;
  const float unit = std::sqrt(scale_of(op, op.input(0))) * scale_of(op, op.output());
  micro::Multiplier rescale = checked_multiplier(op, 1 / static_cast<double>(unit));
  rescale.shift -= kShift;
  if (rescale.shift < -31) op.fail("the scales of input and output give {}, which is too small.", 1 / unit);
  return elementwise<std::int8_t, std::int8_t>(
      op, [rescale, where = op.where(), zero_point = zero_point_of(op, op.input(0)),
           output_zero_point = zero_point_of(op, op.output())](std::int8_t code) {
        const std::int32_t x = code - zero_point;
        if (x < 0) fail(ErrorKind::invalid_data, "{}: the root of a negative number, code {}.", where, code);
        if (x == 0) return std::int8_t{127};
        micro::Multiplier inverse = micro::inverse_sqrt(x);
        inverse.shift += kShift;
        const std::int32_t y = micro::multiply(micro::multiply(std::int32_t{1}, inverse), rescale);
        return static_cast<std::int8_t>(micro::to_code(y, output_zero_point, -128, 127));
      });
}

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, rsqrt_of);
  if (all_types(op, TensorType::int8, {0})) return code_kernel(op);
  op.fail_types();
}

}  // namespace

extern const OpDef rsqrt_def = {
    .code = BuiltinOperator::rsqrt,
    .prepare = prepare,
    .data = {28, 28},
};

}  // namespace mltk::tflite
