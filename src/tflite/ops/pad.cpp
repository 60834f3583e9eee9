#include "tflite/ops/common.h"
#include "tflite/ops/padding.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(22);

OpCost cost(const OpContext& op) { return plain_cost(6 * elements(op.output())); }

Kernel prepare(const OpContext& op) { return pad_kernel(op); }

}  // namespace

extern const OpDef pad_def = {
    .code = BuiltinOperator::pad,
    .options = &kOptions,
    .cost = cost,
    .prepare = prepare,
    .data = {56, 56},
    .device_takes = makes<TensorType::float32, TensorType::int8, TensorType::int16, TensorType::int32>,
};

}  // namespace mltk::tflite
