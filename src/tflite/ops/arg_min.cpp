#include "tflite/ops/arg_min.h"

#include <functional>

#include "tflite/ops/arg_extreme.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ArgMinOptions>(57);

Kernel prepare(const OpContext& op) { return arg_kernel(op, std::less<>()); }

}  // namespace

extern const OpDef arg_min_def = {
    .code = BuiltinOperator::arg_min,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .opened = opens<>,
};

}  // namespace mltk::tflite
