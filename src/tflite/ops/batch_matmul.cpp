#include "tflite/ops/batch_matmul.h"

#include "tflite/op_def.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<BatchMatMulOptions>(101);

}  // namespace

// Read and written, not run.
extern const OpDef batch_matmul_def = {
    .code = BuiltinOperator::batch_matmul, .options = &kOptions, .cmsis_nn = unknown_cmsis_nn};

}  // namespace mltk::tflite
