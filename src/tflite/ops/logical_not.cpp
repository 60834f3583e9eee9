#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(63);

}  // namespace

// Read and written, not run.
extern const OpDef logical_not_def = {.code = BuiltinOperator::logical_not, .options = &kOptions};

}  // namespace mltk::tflite
