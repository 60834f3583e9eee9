#include "tflite/ops/resize_nearest_neighbor.h"

#include <algorithm>
#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ResizeNearestNeighborOptions>(74);

OpCost cost(const OpContext& op) {
  const std::int64_t rows = dimension(op.output(), 1);
  return plain_cost(rows * (8 + 8 * std::int64_t{dimension(op.output(), 2)}));
}

std::int32_t nearest(std::int32_t i, std::int32_t in, std::int32_t out, const ResizeNearestNeighborOptions& options) {
  const float scale = options.align_corners && out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                                                       : static_cast<float>(in) / static_cast<float>(out);
  const float position = (static_cast<float>(i) + (options.half_pixel_centers ? 0.5F : 0.0F)) * scale;
  const float rounded = options.align_corners ? std::round(position) : std::floor(position);
  return std::clamp(static_cast<std::int32_t>(rounded), 0, in - 1);
}

Kernel prepare(const OpContext& op) {
  const auto options = op.options<ResizeNearestNeighborOptions>();
  const Tensor& input = op.input(0);
  const Tensor& output = op.output();
  require_rank(op, input, 4);
  const std::vector<std::int32_t> size = op.constant_int32(1);
  if (size.size() != 2 || elements(input) == 0) op.fail("it has {} sizes; expected height and width.", size.size());
  require_shape(op, output, {input.shape[0], size[0], size[1], input.shape[3]});
  require_table_size(op, elements(output));
  std::vector<std::int32_t> source;
  for (std::int32_t n = 0; n < input.shape[0]; ++n) {
    for (std::int32_t y = 0; y < size[0]; ++y) {
      for (std::int32_t x = 0; x < size[1]; ++x) {
        const std::int32_t row = nearest(y, input.shape[1], size[0], options);
        const std::int32_t column = nearest(x, input.shape[2], size[1], options);
        for (std::int32_t c = 0; c < input.shape[3]; ++c) {
          source.push_back(((n * input.shape[1] + row) * input.shape[2] + column) * input.shape[3] + c);
        }
      }
    }
  }
  return index_kernel(op, std::move(source));
}

}  // namespace

extern const OpDef resize_nearest_neighbor_def = {
    .code = BuiltinOperator::resize_nearest_neighbor,
    .options = &kOptions,
    .cost = cost,
    .prepare = prepare,
    .parsed_options = {2, 2, 1},
    .device_takes = makes<TensorType::float32, TensorType::int8, TensorType::int16>,
};

}  // namespace mltk::tflite
