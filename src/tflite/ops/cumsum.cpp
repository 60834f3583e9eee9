#include "tflite/ops/cumsum.h"

#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<CumsumOptions>(102);

}  // namespace

// Read and written, not run.
extern const OpDef cumsum_def = {.code = BuiltinOperator::cumsum, .options = &kOptions};

}  // namespace mltk::tflite
