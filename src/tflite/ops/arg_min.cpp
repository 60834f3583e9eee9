#include "tflite/ops/arg_min.h"

#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ArgMinOptions>(57);

}  // namespace

// Read and written, not run.
extern const OpDef arg_min_def = {.code = BuiltinOperator::arg_min, .options = &kOptions};

}  // namespace mltk::tflite
