#include "tflite/ops/add.h"

#include <algorithm>

#include "micro/add.h"
#include "simd/add.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<AddOptions>(11);

OpCost cost(const OpContext& op) { return plain_cost(elements(op.input(0))); }

micro::AddParams params_of(const OpContext& op) {
  micro::AddParams params;
  const Tensor& a = op.input(0);
  const Tensor& b = op.input(1);
  const float scale_a = scale_of(op, a);
  const float scale_b = scale_of(op, b);
  params.offset_a = -zero_point_of(op, a);
  params.offset_b = -zero_point_of(op, b);
  params.output_zero_point = zero_point_of(op, op.output());
  params.left_shift = a.type == TensorType::int16 ? 15 : 20;
  const double twice_largest = 2 * static_cast<double>(std::max(scale_a, scale_b));
  params.multiplier_a = checked_multiplier(op, scale_a / twice_largest);
  params.multiplier_b = checked_multiplier(op, scale_b / twice_largest);
  params.multiplier_out =
      checked_multiplier(op, twice_largest / (static_cast<double>(1 << params.left_shift) * scale_of(op, op.output())));
  std::tie(params.low, params.high) = activation_codes(op, op.options<AddOptions>().activation, op.output());
  return params;
}

template <class Value>
Kernel kernel(const OpContext& op) {
  return [params = params_of(op), shape = broadcast_of(op), a = op.input_slot(0), b = op.input_slot(1),
          out = op.output_slot()](Buffers buffers) {
    micro::add(params, shape, input_data<Value>(buffers, a), input_data<Value>(buffers, b),
               output_data<Value>(buffers, out));
  };
}

/// Null where operands repeat; the plain kernel checks that they fit the output.
Kernel simd_kernel(const OpContext& op) {
  const micro::AddParams params = params_of(op);
  if (!op.wants_simd() || op.input(0).shape != op.input(1).shape || op.input(0).shape != op.output().shape ||
      !simd::can_add(params))
    return nullptr;
  return [params, count = static_cast<std::size_t>(elements(op.output())), a = op.input_slot(0), b = op.input_slot(1),
          out = op.output_slot()](Buffers buffers) {
    simd::add(params, input_data<std::int8_t>(buffers, a), input_data<std::int8_t>(buffers, b),
              output_data<std::int8_t>(buffers, out), count);
  };
}

Kernel prepare(const OpContext& op) {
  if (all_types(op, TensorType::int8, {0, 1})) {
    if (Kernel fast = simd_kernel(op)) return fast;
    return kernel<std::int8_t>(op);
  }
  if (all_types(op, TensorType::int16, {0, 1})) return kernel<std::int16_t>(op);
  if (all_types(op, TensorType::float32, {0, 1})) {
    const auto [low, high] = activation_floats(op.options<AddOptions>().activation);
    return binary<float>(op, [low = low, high = high](float a, float b) { return micro::clamp(a + b, low, high); });
  }
  if (all_types(op, TensorType::int32, {0, 1})) {
    return binary<std::uint32_t>(op, [](std::uint32_t a, std::uint32_t b) { return a + b; });
  }
  op.fail_types();
}

}  // namespace

extern const OpDef add_def = {
    .code = BuiltinOperator::add,
    .options = &kOptions,
    .options_text = activation_option<AddOptions>,
    .cost = cost,
    .prepare = prepare,
    .parsed_options = {8, 8, 4},
    .data = {60, 60},
};

}  // namespace mltk::tflite
