#include "tflite/ops/svdf.h"

#include "tflite/op_def.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<SvdfOptions>(6);

}  // namespace

// Read and written, not run.
extern const OpDef svdf_def = {.code = BuiltinOperator::svdf, .options = &kOptions, .cmsis_nn = unknown_cmsis_nn};

}  // namespace mltk::tflite
