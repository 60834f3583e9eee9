#include <functional>

#include "tflite/ops/comparison.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(44);

Kernel prepare(const OpContext& op) { return comparison_kernel(op, std::greater<>()); }

}  // namespace

extern const OpDef greater_def = {
    .code = BuiltinOperator::greater,
    .options = &kOptions,
    .prepare = prepare,
    .data = {32, 32},
    .opened = opens<0, 1>,
};

}  // namespace mltk::tflite
