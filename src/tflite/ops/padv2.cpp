#include "tflite/ops/common.h"
#include "tflite/ops/padding.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(43);

Kernel prepare(const OpContext& op) { return pad_kernel(op); }

}  // namespace

extern const OpDef padv2_def = {
    .code = BuiltinOperator::padv2,
    .options = &kOptions,
    .prepare = prepare,
    .data = {56, 56},
    .device_takes = makes<TensorType::float32, TensorType::int8, TensorType::int16, TensorType::int32>,
};

}  // namespace mltk::tflite
