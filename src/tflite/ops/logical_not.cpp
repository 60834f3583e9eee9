#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(63);

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (!all_types(op, TensorType::boolean, {0})) op.fail_types();
  return elementwise<std::uint8_t, bool>(op, [](std::uint8_t x) { return x == 0; });
}

}  // namespace

extern const OpDef logical_not_def = {
    .code = BuiltinOperator::logical_not,
    .options = &kOptions,
    .prepare = prepare,
};

}  // namespace mltk::tflite
