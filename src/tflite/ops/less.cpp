#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(41);

}  // namespace

// Read and written, not run.
extern const OpDef less_def = {.code = BuiltinOperator::less, .options = &kOptions};

}  // namespace mltk::tflite
