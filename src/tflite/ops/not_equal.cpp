#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(54);

}  // namespace

// Read and written, not run.
extern const OpDef not_equal_def = {.code = BuiltinOperator::not_equal, .options = &kOptions};

}  // namespace mltk::tflite
