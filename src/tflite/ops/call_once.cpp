#include "tflite/ops/call_once.h"

#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<CallOnceOptions>(103);

}  // namespace

// Read and written, not run.
extern const OpDef call_once_def = {.code = BuiltinOperator::call_once, .options = &kOptions};

}  // namespace mltk::tflite
