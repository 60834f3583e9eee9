#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(85);

}  // namespace

// Read and written, not run.
extern const OpDef where_def = {.code = BuiltinOperator::where, .options = &kOptions};

}  // namespace mltk::tflite
