#include "tflite/ops/mul.h"

#include <tuple>

#include "micro/mul.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<MulOptions>(21);

OpCost cost(const OpContext& op) { return plain_cost(elements(op.output())); }

template <class Value>
Kernel kernel(const OpContext& op) {
  micro::MulParams params;
  params.offset_a = -zero_point_of(op, op.input(0));
  params.offset_b = -zero_point_of(op, op.input(1));
  params.output_zero_point = zero_point_of(op, op.output());
  params.multiplier = checked_multiplier(op, static_cast<double>(scale_of(op, op.input(0))) *
                                                 static_cast<double>(scale_of(op, op.input(1))) /
                                                 static_cast<double>(scale_of(op, op.output())));
  std::tie(params.low, params.high) = activation_codes(op, op.options<MulOptions>().activation, op.output());
  return [params, shape = broadcast_of(op), a = op.input_slot(0), b = op.input_slot(1),
          out = op.output_slot()](Buffers buffers) {
    micro::mul(params, shape, input_data<Value>(buffers, a), input_data<Value>(buffers, b),
               output_data<Value>(buffers, out));
  };
}

Kernel prepare(const OpContext& op) {
  if (all_types(op, TensorType::int8, {0, 1})) return kernel<std::int8_t>(op);
  if (all_types(op, TensorType::int16, {0, 1})) return kernel<std::int16_t>(op);
  if (all_types(op, TensorType::float32, {0, 1})) {
    const auto [low, high] = activation_floats(op.options<MulOptions>().activation);
    return binary<float>(op, [low = low, high = high](float a, float b) { return micro::clamp(a * b, low, high); });
  }
  if (all_types(op, TensorType::int32, {0, 1})) {
    const auto [low, high] = activation_integers(op.options<MulOptions>().activation);
    return binary<std::int32_t>(op, [low = low, high = high](std::uint32_t a, std::uint32_t b) {
      return micro::clamp(static_cast<std::int32_t>(a * b), low, high);
    });
  }
  op.fail_types();
}

}  // namespace

extern const OpDef mul_def = {
    .code = BuiltinOperator::mul,
    .options = &kOptions,
    .options_text = activation_option<MulOptions>,
    .cost = cost,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .data = {36, 36},
};

}  // namespace mltk::tflite
