#include "micro/quantize.h"

#include <algorithm>
#include <tuple>

#include "micro/unary.h"
#include "simd/quantize.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(89);

OpCost cost(const OpContext& op) { return plain_cost(4 * elements(op.input(0))); }

template <class Out>
Kernel from_float(const OpContext& op) {
  const auto [low, high] = code_range(op.output().type);
  return elementwise<float, Out>(
      op, [low = low, high = high, scale = scale_of(op, op.output()), zero_point = zero_point_of(op, op.output())](
              float x) { return static_cast<Out>(micro::quantize(x, scale, zero_point, low, high)); });
}

Kernel simd_kernel(const OpContext& op) {
  return [in = op.input_slot(0), out = op.output_slot(), count = static_cast<std::size_t>(elements(op.output())),
          scale = scale_of(op, op.output()), zero_point = zero_point_of(op, op.output())](Buffers buffers) {
    simd::quantize(input_data<float>(buffers, in), scale, zero_point, output_data<std::int8_t>(buffers, out), count);
  };
}

template <class In, class Out>
Kernel from_codes(const OpContext& op) {
  micro::RescaleParams params;
  params.input_zero_point = zero_point_of(op, op.input(0));
  params.output_zero_point = zero_point_of(op, op.output());
  params.positive = checked_multiplier(
      op, static_cast<double>(scale_of(op, op.input(0))) / static_cast<double>(scale_of(op, op.output())));
  params.negative = params.positive;
  std::tie(params.low, params.high) = code_range(op.output().type);
  const bool is_same_scale = scale_of(op, op.input(0)) == scale_of(op, op.output());
  if (is_same_scale && sizeof(In) <= 2 && sizeof(Out) <= 2) {  // uint8 pictures as int8, for example
    const std::int32_t offset = params.output_zero_point - params.input_zero_point;
    return elementwise<In, Out>(op, [offset, low = params.low, high = params.high](In code) {
      return static_cast<Out>(std::clamp(code + offset, low, high));
    });
  }
  return elementwise<In, Out>(op, [params](In code) { return static_cast<Out>(micro::rescale_code(params, code)); });
}

template <class In>
Kernel to_any(const OpContext& op) {
  switch (op.output().type) {
    case TensorType::int8: return from_codes<In, std::int8_t>(op);
    case TensorType::uint8: return from_codes<In, std::uint8_t>(op);
    case TensorType::int16: return from_codes<In, std::int16_t>(op);
    case TensorType::int32: return from_codes<In, std::int32_t>(op);
    default: op.fail_types();
  }
}

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  switch (op.input(0).type) {
    case TensorType::float32: break;
    case TensorType::int8: return to_any<std::int8_t>(op);
    case TensorType::uint8: return to_any<std::uint8_t>(op);
    case TensorType::int16: return to_any<std::int16_t>(op);
    case TensorType::int32: return to_any<std::int32_t>(op);
    default: op.fail_types();
  }
  switch (op.output().type) {
    case TensorType::int8: return op.wants_simd() ? simd_kernel(op) : from_float<std::int8_t>(op);
    case TensorType::uint8: return from_float<std::uint8_t>(op);
    case TensorType::int16: return from_float<std::int16_t>(op);
    default: op.fail_types();
  }
}

}  // namespace

extern const OpDef quantize_def = {
    .code = BuiltinOperator::quantize,
    .options = &kOptions,
    .cost = cost,
    .prepare = prepare,
    .data = {32, 24},
};

}  // namespace mltk::tflite
