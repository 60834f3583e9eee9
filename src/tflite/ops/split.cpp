#include "tflite/ops/split.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<SplitOptions>(35);

Kernel prepare(const OpContext& op) {
  const std::vector<std::int32_t> axis = op.constant_int32(0);
  if (axis.size() != 1) op.fail("the axis must be one number.");
  return split_kernel(op, 1, axis[0]);
}

}  // namespace

extern const OpDef split_def = {
    .code = BuiltinOperator::split,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .opened = opens<0>,
    .device_takes = makes<TensorType::float32, TensorType::int8, TensorType::int16, TensorType::int32>,
};

}  // namespace mltk::tflite
