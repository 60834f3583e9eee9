#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(65);

Kernel prepare(const OpContext& op) {
  if (!all_types(op, TensorType::float32, {0, 1})) op.fail_types();
  return binary<float>(op, [where = op.where()](float a, float b) {
    if (b == 0) fail(ErrorKind::invalid_data, "{}: division by 0.", where);
    return static_cast<float>(std::floor(static_cast<double>(a) / static_cast<double>(b)));
  });
}

}  // namespace

extern const OpDef floor_div_def = {
    .code = BuiltinOperator::floor_div,
    .options = &kOptions,
    .prepare = prepare,
};

}  // namespace mltk::tflite
