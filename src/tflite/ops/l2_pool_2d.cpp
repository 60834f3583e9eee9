#include "micro/pool_2d.h"
#include "tflite/ops/pool_2d.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<Pool2dOptions>(5);

Kernel prepare(const OpContext& op) {
  const micro::Window2d window = pool_window(op);
  if (!all_types(op, TensorType::float32, {0})) op.fail_types();
  return pool_kernel<float, float>(op, window, activation_floats(op.options<Pool2dOptions>().activation),
                                   [](const auto&... arguments) { micro::l2_pool_2d(arguments...); });
}

}  // namespace

extern const OpDef l2_pool_2d_def = {
    .code = BuiltinOperator::l2_pool_2d,
    .options = &kOptions,
    .options_text = pool_text,
    .prepare = prepare,
    .parsed_options = {40, 40, 4},
    .arrays = copied_shape,
    .opened = opens<~0, 0>,
};

}  // namespace mltk::tflite
