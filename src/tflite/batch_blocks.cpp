#include "tflite/ops/batch_blocks.h"

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

/// [N, H, W, C], with W = 1 for one spatial axis.
std::vector<std::int32_t> as_image(const OpContext& op, const Tensor& tensor, std::size_t spatial) {
  require_rank(op, tensor, spatial + 2);
  std::vector<std::int32_t> shape = tensor.shape;
  if (spatial == 1) shape.insert(shape.begin() + 2, 1);
  return shape;
}

}  // namespace

BatchBlocks batch_blocks(const OpContext& op, const Tensor& image, const Tensor& batches) {
  std::vector<std::int32_t> block = op.constant_int32(1);
  std::vector<std::int32_t> border = op.constant_int32(2);  // before, after for each axis
  const std::size_t spatial = block.size();
  if (spatial < 1 || spatial > 2 || border.size() != 2 * spatial) {
    op.fail("it has {} block sizes and {} borders; one or two axes are supported.", spatial, border.size());
  }
  const std::vector<std::int32_t> whole = as_image(op, image, spatial);
  const std::vector<std::int32_t> part = as_image(op, batches, spatial);
  block.resize(2, 1);
  border.resize(4, 0);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t padded = std::int64_t{whole[i + 1]} + border[2 * i] + border[2 * i + 1];
    if (block[i] < 1 || border[2 * i] < 0 || border[2 * i + 1] < 0 || padded != std::int64_t{part[i + 1]} * block[i]) {
      op.fail("{} with a border of {} and {} does not make {} blocks of {}.", whole[i + 1], border[2 * i],
              border[2 * i + 1], part[i + 1], block[i]);
    }
  }
  if (std::int64_t{part[0]} != std::int64_t{whole[0]} * block[0] * block[1] || part[3] != whole[3]) {
    op.fail("[{}] does not hold the blocks of [{}].", shape_text(batches.shape), shape_text(image.shape));
  }
  require_table_size(op, elements(batches));
  BatchBlocks result;
  if (elements(batches) == 0) return result;
  for (std::int32_t n = 0; n < part[0]; ++n) {
    const std::int32_t in_block = n / whole[0];
    for (std::int32_t y = 0; y < part[1]; ++y) {
      for (std::int32_t x = 0; x < part[2]; ++x) {
        const std::int32_t row = y * block[0] + in_block / block[1] - border[0];
        const std::int32_t column = x * block[1] + in_block % block[1] - border[2];
        const bool inside = row >= 0 && row < whole[1] && column >= 0 && column < whole[2];
        for (std::int32_t c = 0; c < part[3]; ++c) {
          const std::int32_t at = ((n % whole[0] * whole[1] + row) * whole[2] + column) * whole[3] + c;
          result.image_of_batch.push_back(inside ? at : -1);
        }
      }
    }
  }
  return result;
}

}  // namespace mltk::tflite
