#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(60);

}  // namespace

// Read and written, not run.
extern const OpDef logical_or_def = {.code = BuiltinOperator::logical_or, .options = &kOptions};

}  // namespace mltk::tflite
