#include "tflite/ops/squeeze.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<SqueezeOptions>(30);

Kernel prepare(const OpContext& op) { return copy_kernel(op); }

}  // namespace

extern const OpDef squeeze_def = {
    .code = BuiltinOperator::squeeze,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {36, 36, 4},
};

}  // namespace mltk::tflite
