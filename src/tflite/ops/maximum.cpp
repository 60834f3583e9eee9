#include <algorithm>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(39);

template <class Value>
Kernel kernel(const OpContext& op) {
  return binary<Value>(op, [](Value a, Value b) { return std::max(a, b); });
}

/// Codes are compared as they are: the operands share the output's scale and zero point.
Kernel prepare(const OpContext& op) {
  if (all_types(op, TensorType::float32, {0, 1})) return kernel<float>(op);
  if (all_types(op, TensorType::int8, {0, 1})) return kernel<std::int8_t>(op);
  if (all_types(op, TensorType::int16, {0, 1})) return kernel<std::int16_t>(op);
  if (all_types(op, TensorType::int32, {0, 1})) return kernel<std::int32_t>(op);
  if (all_types(op, TensorType::int64, {0, 1})) return kernel<std::int64_t>(op);
  op.fail_types();
}

}  // namespace

extern const OpDef maximum_def = {
    .code = BuiltinOperator::maximum,
    .options = &kOptions,
    .prepare = prepare,
    .opened = opens<>,
};

}  // namespace mltk::tflite
