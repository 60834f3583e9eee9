#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(60);

Kernel prepare(const OpContext& op) {
  if (!all_types(op, TensorType::boolean, {0, 1})) op.fail_types();
  return binary<std::uint8_t, bool>(op, [](std::uint8_t a, std::uint8_t b) { return a != 0 || b != 0; });
}

}  // namespace

extern const OpDef logical_or_def = {
    .code = BuiltinOperator::logical_or,
    .options = &kOptions,
    .prepare = prepare,
    .opened = opens<>,
};

}  // namespace mltk::tflite
