#include <cstdint>

#include "micro/unary.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(91);

std::int16_t reduce(std::int32_t multiplier) {
  constexpr std::int32_t kRound = 1 << 15;
  return static_cast<std::int16_t>(multiplier >= INT32_MAX - kRound ? INT16_MAX : (multiplier + kRound) >> 16);
}

micro::HardSwishParams params_of(const OpContext& op) {
  micro::HardSwishParams params;
  params.input_zero_point = zero_point_of(op, op.input(0));
  params.output_zero_point = zero_point_of(op, op.output());
  const float high_resolution_scale = 1.0F / 128 * scale_of(op, op.input(0));
  const auto output = quantize_multiplier(static_cast<double>(high_resolution_scale / scale_of(op, op.output())));
  const auto relu = quantize_multiplier(static_cast<double>(high_resolution_scale / (3.0F / 32768)));
  if (output.shift > 0) op.fail("the output scale is too small for the input scale.");
  if (relu.shift > 15) op.fail("the input scale {} is too large.", scale_of(op, op.input(0)));
  params.output_multiplier = reduce(output.value);
  params.output_exponent = output.shift;
  params.relu_multiplier = reduce(relu.value);
  params.relu_exponent = relu.shift;
  return params;
}

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) {
    return elementwise<float, float>(op, [](float x) { return x * micro::clamp(x + 3, 0.0F, 6.0F) / 6; });
  }
  if (all_types(op, TensorType::int8, {0})) {
    return int8_table(op, [params = params_of(op)](std::int8_t code) { return micro::hard_swish_code(params, code); });
  }
  op.fail_types();
}

}  // namespace

extern const OpDef hard_swish_def = {
    .code = BuiltinOperator::hard_swish,
    .options = &kOptions,
    .prepare = prepare,
    .data = {20, 20},
};

}  // namespace mltk::tflite
