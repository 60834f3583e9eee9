#include "tflite/ops/div.h"

#include <tuple>

#include "micro/div.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<DivOptions>(29);

[[noreturn]] void fail_by_zero(const std::string& where) { fail(ErrorKind::invalid_data, "{}: division by 0.", where); }

Kernel int8_kernel(const OpContext& op) {
  micro::DivParams params;
  params.offset_a = -zero_point_of(op, op.input(0));
  params.offset_b = -zero_point_of(op, op.input(1));
  params.output_zero_point = zero_point_of(op, op.output());
  const float product = scale_of(op, op.input(1)) * scale_of(op, op.output());
  params.multiplier = checked_multiplier(op, static_cast<double>(scale_of(op, op.input(0)) / product));
  std::tie(params.low, params.high) = activation_codes(op, op.options<DivOptions>().activation, op.output());
  return binary<std::int8_t>(op, [params, where = op.where()](std::int8_t a, std::int8_t b) {
    if (b + params.offset_b == 0) fail_by_zero(where);
    return static_cast<std::int8_t>(micro::div_codes(params, a, b));
  });
}

Kernel prepare(const OpContext& op) {
  const Activation activation = op.options<DivOptions>().activation;
  if (all_types(op, TensorType::float32, {0, 1})) {
    const auto [low, high] = activation_floats(activation);
    return binary<float>(op, [low = low, high = high](float a, float b) { return micro::clamp(a / b, low, high); });
  }
  if (all_types(op, TensorType::int8, {0, 1})) return int8_kernel(op);
  if (all_types(op, TensorType::int32, {0, 1})) {
    const auto [low, high] = activation_integers(activation);
    return binary<std::int32_t>(op, [low = low, high = high, where = op.where()](std::int32_t a, std::int32_t b) {
      if (b == 0) fail_by_zero(where);
      return static_cast<std::int32_t>(micro::clamp<std::int64_t>(std::int64_t{a} / b, low, high));
    });
  }
  op.fail_types();
}

}  // namespace

extern const OpDef div_def = {
    .code = BuiltinOperator::div,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .data = {28, 28},
};

}  // namespace mltk::tflite
