#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(104);

}  // namespace

// Read and written, not run.
extern const OpDef broadcast_to_def = {.code = BuiltinOperator::broadcast_to, .options = &kOptions};

}  // namespace mltk::tflite
