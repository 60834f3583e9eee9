#include "tflite/ops/gelu.h"

#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<GeluOptions>(116);

}  // namespace

// Read and written, not run.
extern const OpDef gelu_def = {.code = BuiltinOperator::gelu, .options = &kOptions};

}  // namespace mltk::tflite
