#include "tflite/ops/if.h"

#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<IfOptions>(92);

}  // namespace

// Read and written, not run.
extern const OpDef if_def = {.code = BuiltinOperator::if_, .options = &kOptions};

}  // namespace mltk::tflite
