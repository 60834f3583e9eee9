#include "micro/pool_2d.h"
#include "tflite/ops/common.h"
#include "tflite/ops/pool_2d.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<Pool2dOptions>(5);

OpCost cost(const OpContext& op) {
  const auto options = op.options<Pool2dOptions>();
  const std::int64_t outputs = elements(op.output());
  const std::int64_t taps = std::int64_t{1} * options.filter_h * options.filter_w;
  return cost_with_activation(0, outputs * taps, options.activation, outputs);
}

template <class Value, class Bound>
Kernel kernel(const OpContext& op, const micro::Window2d& window, std::pair<Bound, Bound> bounds) {
  return [=, in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    micro::max_pool_2d(window, input_data<Value>(buffers, in), output_data<Value>(buffers, out), bounds.first,
                       bounds.second);
  };
}

Kernel prepare(const OpContext& op) {
  const micro::Window2d window = pool_window(op);
  const auto activation = op.options<Pool2dOptions>().activation;
  if (all_types(op, TensorType::float32, {0})) return kernel<float, float>(op, window, activation_floats(activation));
  if (all_types(op, TensorType::int8, {0})) {
    return kernel<std::int8_t, std::int32_t>(op, window, activation_codes(op, activation, op.output()));
  }
  if (all_types(op, TensorType::int16, {0})) {
    return kernel<std::int16_t, std::int32_t>(op, window, activation_codes(op, activation, op.output()));
  }
  op.fail_types();
}

}  // namespace

extern const OpDef max_pool_2d_def = {
    .code = BuiltinOperator::max_pool_2d,
    .options = &kOptions,
    .options_text = pool_text,
    .cost = cost,
    .prepare = prepare,
    .parsed_options = {40, 40, 4},
    .data = {32, 32},
};

}  // namespace mltk::tflite
