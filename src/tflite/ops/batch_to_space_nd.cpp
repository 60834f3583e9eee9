#include "tflite/ops/batch_blocks.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(24);

Kernel prepare(const OpContext& op) {
  const BatchBlocks blocks = batch_blocks(op, op.output(), op.input(0));
  require_table_size(op, elements(op.output()));
  std::vector<std::int32_t> source(static_cast<std::size_t>(elements(op.output())), 0);
  for (std::size_t i = 0; i < blocks.image_of_batch.size(); ++i) {
    const std::int32_t at = blocks.image_of_batch[i];
    if (at >= 0) source[static_cast<std::size_t>(at)] = static_cast<std::int32_t>(i);
  }
  return index_kernel(op, std::move(source));
}

}  // namespace

extern const OpDef batch_to_space_nd_def = {
    .code = BuiltinOperator::batch_to_space_nd,
    .options = &kOptions,
    .prepare = prepare,
    .opened = opens<0, ~0>,
    .device_takes = makes<TensorType::float32, TensorType::int8>,
};

}  // namespace mltk::tflite
