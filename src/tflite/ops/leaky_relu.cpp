#include "tflite/ops/leaky_relu.h"

#include "micro/unary.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<LeakyReluOptions>(75);

/// The ratios of the scales are taken in float, as the reference kernel does.
micro::RescaleParams params_of(const OpContext& op, float alpha) {
  micro::RescaleParams params;
  params.input_zero_point = zero_point_of(op, op.input(0));
  params.output_zero_point = zero_point_of(op, op.output());
  params.positive = checked_multiplier(op, static_cast<double>(scale_of(op, op.input(0)) / scale_of(op, op.output())));
  params.negative =
      checked_multiplier(op, static_cast<double>(scale_of(op, op.input(0)) * alpha / scale_of(op, op.output())));
  const auto [low, high] = code_range(op.output().type);
  params.low = low;
  params.high = high;
  return params;
}

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  const float alpha = op.options<LeakyReluOptions>().alpha;
  if (all_types(op, TensorType::float32, {0})) {
    return elementwise<float, float>(op, [alpha](float x) { return x > 0 ? x : alpha * x; });
  }
  if (all_types(op, TensorType::int8, {0})) {
    return int8_table(op,
                      [params = params_of(op, alpha)](std::int8_t code) { return micro::rescale_code(params, code); });
  }
  if (all_types(op, TensorType::int16, {0})) {
    return elementwise<std::int16_t, std::int16_t>(op, [params = params_of(op, alpha)](std::int16_t code) {
      return static_cast<std::int16_t>(micro::rescale_code(params, code));
    });
  }
  op.fail_types();
}

}  // namespace

extern const OpDef leaky_relu_def = {
    .code = BuiltinOperator::leaky_relu,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .data = {24, 24},
};

}  // namespace mltk::tflite
