#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(72);

}  // namespace

// Read and written, not run.
extern const OpDef floor_mod_def = {.code = BuiltinOperator::floor_mod, .options = &kOptions};

}  // namespace mltk::tflite
