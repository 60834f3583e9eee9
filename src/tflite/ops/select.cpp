#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(47);

}  // namespace

// Read and written, not run.
extern const OpDef select_def = {.code = BuiltinOperator::select, .options = &kOptions};

}  // namespace mltk::tflite
