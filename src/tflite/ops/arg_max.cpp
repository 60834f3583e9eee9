#include "tflite/ops/arg_max.h"

#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ArgMaxOptions>(40);

}  // namespace

// Read and written, not run.
extern const OpDef arg_max_def = {.code = BuiltinOperator::arg_max, .options = &kOptions};

}  // namespace mltk::tflite
