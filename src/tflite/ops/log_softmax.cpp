#include "micro/log_softmax.h"

#include <algorithm>
#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(36);

micro::LogSoftmaxParams params_of(const OpContext& op, const Rows& rows) {
  constexpr int kIntegerBits = 5;
  if (scale_of(op, op.output()) != 1.0F / 16 || zero_point_of(op, op.output()) != 127) {
    op.fail("the output has scale {} and zero point {}; expected 0.0625 and 127.", scale_of(op, op.output()),
            zero_point_of(op, op.output()));
  }
  const double real =
      std::min(static_cast<double>(scale_of(op, op.input(0))) * (1 << (31 - kIntegerBits)), 2147483647.0);
  if (!(real > 1)) op.fail("the input scale {} is too small.", scale_of(op, op.input(0)));
  micro::LogSoftmaxParams params{rows.count, rows.depth, quantize_multiplier(real), {}, 0};
  params.smallest_difference = -input_radius(kIntegerBits, params.input.shift);
  params.inverse = quantize_multiplier(std::ldexp(1.0, 31 - params.input.shift) / params.input.value);
  return params;
}

Kernel prepare(const OpContext& op) {
  require_shape(op, op.output(), op.input(0).shape);
  const Rows rows = rows_of(op, op.input(0));
  const std::size_t in = op.input_slot(0);
  const std::size_t out = op.output_slot();
  if (all_types(op, TensorType::float32, {0})) {
    return [=](Buffers buffers) {
      micro::log_softmax(rows.count, rows.depth, input_data<float>(buffers, in), output_data<float>(buffers, out));
    };
  }
  if (all_types(op, TensorType::int8, {0})) {
    return [=, params = params_of(op, rows)](Buffers buffers) {
      micro::log_softmax(params, input_data<std::int8_t>(buffers, in), output_data<std::int8_t>(buffers, out));
    };
  }
  op.fail_types();
}

std::vector<ArenaBytes> arrays(const OpContext& op) {
  return op.input(0).type == TensorType::int8 ? std::vector<ArenaBytes>{{40, 28}} : std::vector<ArenaBytes>{};
}

}  // namespace

extern const OpDef log_softmax_def = {
    .code = BuiltinOperator::log_softmax,
    .options = &kOptions,
    .prepare = prepare,
    .arrays = arrays,
};

}  // namespace mltk::tflite
