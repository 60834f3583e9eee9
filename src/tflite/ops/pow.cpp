#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(56);

}  // namespace

// Read and written, not run.
extern const OpDef pow_def = {.code = BuiltinOperator::pow, .options = &kOptions};

}  // namespace mltk::tflite
