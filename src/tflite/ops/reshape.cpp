#include "tflite/ops/reshape.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ReshapeOptions>(17);

Kernel prepare(const OpContext& op) { return copy_kernel(op); }

}  // namespace

extern const OpDef reshape_def = {
    .code = BuiltinOperator::reshape,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {36, 36, 4},
    .opened = opens<0, ~0>,
};

}  // namespace mltk::tflite
