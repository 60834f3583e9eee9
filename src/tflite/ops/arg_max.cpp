#include "tflite/ops/arg_max.h"

#include <functional>

#include "tflite/ops/arg_extreme.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ArgMaxOptions>(40);

Kernel prepare(const OpContext& op) { return arg_kernel(op, std::greater<>()); }

}  // namespace

extern const OpDef arg_max_def = {
    .code = BuiltinOperator::arg_max,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .opened = opens<>,
};

}  // namespace mltk::tflite
