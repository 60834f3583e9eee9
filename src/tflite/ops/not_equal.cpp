#include <functional>

#include "tflite/ops/comparison.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(54);

Kernel prepare(const OpContext& op) { return equality_kernel(op, std::not_equal_to<>()); }

}  // namespace

extern const OpDef not_equal_def = {
    .code = BuiltinOperator::not_equal,
    .options = &kOptions,
    .prepare = prepare,
    .data = {32, 32},
    .opened = opens<0, 1>,
};

}  // namespace mltk::tflite
