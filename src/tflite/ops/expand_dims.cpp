#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(52);

Kernel prepare(const OpContext& op) { return copy_kernel(op); }

}  // namespace

extern const OpDef expand_dims_def = {
    .code = BuiltinOperator::expand_dims,
    .options = &kOptions,
    .prepare = prepare,
    .device_takes = makes<TensorType::float32, TensorType::int16, TensorType::int8>,
};

}  // namespace mltk::tflite
