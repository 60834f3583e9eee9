#include "tflite/ops/mirror_pad.h"

#include "tflite/op_def.h"
#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<MirrorPadOptions>(77);

}  // namespace

// Read and written, not run.
extern const OpDef mirror_pad_def = {.code = BuiltinOperator::mirror_pad, .options = &kOptions};

}  // namespace mltk::tflite
