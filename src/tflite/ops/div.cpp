#include "tflite/ops/div.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<DivOptions>(29);

Kernel prepare(const OpContext& op) {
  if (all_types(op, TensorType::float32, {0, 1})) {
    const auto [low, high] = activation_floats(op.options<DivOptions>().activation);
    return binary<float>(op, [low = low, high = high](float a, float b) { return micro::clamp(a / b, low, high); });
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
