#include "tflite/ops/while.h"

#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<WhileOptions>(93);

}  // namespace

// Read and written, not run.
extern const OpDef while_def = {.code = BuiltinOperator::while_, .options = &kOptions};

}  // namespace mltk::tflite
