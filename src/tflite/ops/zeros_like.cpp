#include <cstring>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(67);

/// All bits are zero: for codes that is code 0, whatever the zero point.
Kernel prepare(const OpContext& op) {
  const Tensor& output = op.output();
  require_shape(op, output, op.input(0).shape);
  if (op.input(0).type != output.type || (output.type != TensorType::float32 && output.type != TensorType::int8 &&
                                          output.type != TensorType::int32 && output.type != TensorType::int64)) {
    op.fail_types();
  }
  return [out = op.output_slot(), bytes = static_cast<std::size_t>(byte_size(output))](Buffers buffers) {
    if (bytes != 0) std::memset(buffers[out], 0, bytes);
  };
}

}  // namespace

extern const OpDef zeros_like_def = {
    .code = BuiltinOperator::zeros_like,
    .options = &kOptions,
    .prepare = prepare,
};

}  // namespace mltk::tflite
