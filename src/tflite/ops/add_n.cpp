#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(83);

}  // namespace

// Read and written, not run.
extern const OpDef add_n_def = {.code = BuiltinOperator::add_n, .options = &kOptions};

}  // namespace mltk::tflite
