#include "tflite/ops/l2_normalization.h"

#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<L2NormOptions>(12);

}  // namespace

// Read and written, not run.
extern const OpDef l2_normalization_def = {.code = BuiltinOperator::l2_normalization, .options = &kOptions};

}  // namespace mltk::tflite
