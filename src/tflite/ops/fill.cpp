#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(68);

Kernel prepare(const OpContext& op) {
  const Tensor& value = op.input(1);
  if (value.type != op.output().type || value.type == TensorType::int4) op.fail_types();
  if (elements(value) != 1) op.fail("'{}' must be one value; it has {}.", value.name, elements(value));
  return [in = op.input_slot(1), out = op.output_slot(), item = static_cast<int>(byte_size(value.type, 1)),
          count = elements(op.output())](Buffers buffers) { micro::fill(buffers[in], item, count, buffers[out]); };
}

}  // namespace

extern const OpDef fill_def = {
    .code = BuiltinOperator::fill,
    .options = &kOptions,
    .prepare = prepare,
    .device_takes =
        makes<TensorType::float32, TensorType::int8, TensorType::int16, TensorType::int32, TensorType::int64>,
};

}  // namespace mltk::tflite
