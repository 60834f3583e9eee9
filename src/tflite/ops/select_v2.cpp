#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(98);

}  // namespace

// Read and written, not run.
extern const OpDef select_v2_def = {.code = BuiltinOperator::select_v2, .options = &kOptions};

}  // namespace mltk::tflite
