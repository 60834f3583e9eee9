#include "tflite/ops/one_hot.h"

#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<OneHotOptions>(61);

}  // namespace

// Read and written, not run.
extern const OpDef one_hot_def = {.code = BuiltinOperator::one_hot, .options = &kOptions};

}  // namespace mltk::tflite
