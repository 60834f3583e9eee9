#include "tflite/ops/batch_blocks.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(25);

Kernel prepare(const OpContext& op) {
  const BatchBlocks blocks = batch_blocks(op, op.input(0), op.output());
  return index_kernel(op, blocks.image_of_batch);
}

}  // namespace

extern const OpDef space_to_batch_nd_def = {
    .code = BuiltinOperator::space_to_batch_nd,
    .options = &kOptions,
    .prepare = prepare,
    .data = {4, 4},
    .opened = opens<0, ~0>,
    .device_takes = makes<TensorType::float32, TensorType::int8>,
};

}  // namespace mltk::tflite
