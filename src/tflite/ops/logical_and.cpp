#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(62);

}  // namespace

// Read and written, not run.
extern const OpDef logical_and_def = {.code = BuiltinOperator::logical_and, .options = &kOptions};

}  // namespace mltk::tflite
