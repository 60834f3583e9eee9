#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(67);

}  // namespace

// Read and written, not run.
extern const OpDef zeros_like_def = {.code = BuiltinOperator::zeros_like, .options = &kOptions};

}  // namespace mltk::tflite
