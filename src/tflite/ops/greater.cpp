#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(44);

}  // namespace

// Read and written, not run.
extern const OpDef greater_def = {.code = BuiltinOperator::greater, .options = &kOptions};

}  // namespace mltk::tflite
