#include "tflite/ops/depth_to_space.h"

#include <algorithm>
#include <limits>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<DepthToSpaceOptions>(94);

Kernel prepare(const OpContext& op) {
  const std::int32_t block = op.options<DepthToSpaceOptions>().block_size;
  const Tensor& deep = op.input(0);
  const Tensor& wide = op.output();
  require_rank(op, deep, 4);
  constexpr std::int32_t kLargestBlock = 1 << 15;
  if (block < 1 || block > kLargestBlock || deep.shape[3] % (block * block) != 0 ||
      std::max(deep.shape[1], deep.shape[2]) > std::numeric_limits<std::int32_t>::max() / block) {
    op.fail("block size {} does not fit [{}].", block, shape_text(deep.shape));
  }
  const std::int32_t channels = deep.shape[3] / (block * block);
  require_shape(op, wide, {deep.shape[0], deep.shape[1] * block, deep.shape[2] * block, channels});
  // Output order: batch, row, row in block, column, column in block, channel.
  const std::vector<std::int32_t> sizes = {deep.shape[0], deep.shape[1], block, deep.shape[2], block, channels};
  const auto s = strides_of({deep.shape[0], deep.shape[1], deep.shape[2], block, block, channels});
  return gather_kernel(op, walk_of(op, sizes, {s[0], s[1], s[3], s[2], s[4], s[5]}, 0));
}

}  // namespace

extern const OpDef depth_to_space_def = {
    .code = BuiltinOperator::depth_to_space,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .data = {20, 20},
    .device_takes = makes<TensorType::float32, TensorType::int8>,
};

}  // namespace mltk::tflite
