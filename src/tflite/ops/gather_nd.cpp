#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(84);

}  // namespace

// Read and written, not run.
extern const OpDef gather_nd_def = {.code = BuiltinOperator::gather_nd, .options = &kOptions};

}  // namespace mltk::tflite
