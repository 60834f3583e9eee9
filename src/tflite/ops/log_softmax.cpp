#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(36);

}  // namespace

// Read and written, not run.
extern const OpDef log_softmax_def = {.code = BuiltinOperator::log_softmax, .options = &kOptions};

}  // namespace mltk::tflite
