#include "tflite/ops/split_v.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<SplitVOptions>(79);

Kernel prepare(const OpContext& op) {
  const std::vector<std::int32_t> axis = op.constant_int32(2);
  if (axis.size() != 1) op.fail("the axis must be one number.");
  return split_kernel(op, 0, axis[0]);
}

}  // namespace

extern const OpDef split_v_def = {
    .code = BuiltinOperator::split_v,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .opened = opens<2>,
    .device_takes = makes<TensorType::float32, TensorType::int8, TensorType::int16, TensorType::int32>,
};

}  // namespace mltk::tflite
