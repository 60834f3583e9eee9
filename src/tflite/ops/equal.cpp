#include <functional>

#include "tflite/ops/comparison.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(53);

Kernel prepare(const OpContext& op) { return equality_kernel(op, std::equal_to<>()); }

}  // namespace

extern const OpDef equal_def = {
    .code = BuiltinOperator::equal,
    .options = &kOptions,
    .prepare = prepare,
    .data = {32, 32},
    .opened = opens<0, 1>,
};

}  // namespace mltk::tflite
