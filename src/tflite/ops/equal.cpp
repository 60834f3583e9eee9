#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(53);

}  // namespace

// Read and written, not run.
extern const OpDef equal_def = {.code = BuiltinOperator::equal, .options = &kOptions};

}  // namespace mltk::tflite
