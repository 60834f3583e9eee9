#include <functional>

#include "tflite/ops/comparison.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(41);

Kernel prepare(const OpContext& op) { return comparison_kernel(op, std::less<>()); }

}  // namespace

extern const OpDef less_def = {
    .code = BuiltinOperator::less,
    .options = &kOptions,
    .prepare = prepare,
    .data = {32, 32},
    .opened = opens<0, 1>,
};

}  // namespace mltk::tflite
