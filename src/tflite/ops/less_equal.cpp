#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(46);

}  // namespace

// Read and written, not run.
extern const OpDef less_equal_def = {.code = BuiltinOperator::less_equal, .options = &kOptions};

}  // namespace mltk::tflite
