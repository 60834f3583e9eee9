#include "tflite/ops/strided_slice.h"

#include <algorithm>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<StridedSliceOptions>(32);

Kernel prepare(const OpContext& op) {
  const auto options = op.options<StridedSliceOptions>();
  const Tensor& input = op.input(0);
  const std::vector<std::int32_t> begin = op.constant_int32(1);
  const std::vector<std::int32_t> end = op.constant_int32(2);
  const std::vector<std::int32_t> steps = op.constant_int32(3);
  const std::size_t rank = input.shape.size();
  if (begin.size() != rank || end.size() != rank || steps.size() != rank) {
    op.fail("begin, end and strides have {}, {} and {} entries for {} dimensions.", begin.size(), end.size(),
            steps.size(), rank);
  }
  if (options.ellipsis_mask != 0 || options.new_axis_mask != 0 || options.offset) {
    op.fail("ellipsis_mask, new_axis_mask and offset do not run on TensorFlow Lite Micro.");
  }
  const auto strides = strides_of(input.shape);
  std::vector<std::int32_t> shape;
  std::vector<std::ptrdiff_t> moved;
  std::ptrdiff_t start = 0;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t size = input.shape[i];
    const std::int64_t step = steps[i];
    if (step == 0) op.fail("the stride of axis {} is 0.", i);
    const std::int64_t low = step > 0 ? 0 : -1;
    const std::int64_t high = step > 0 ? size : size - 1;
    const auto bound = [&](std::int32_t index) {
      return std::clamp<std::int64_t>(index < 0 ? index + size : index, low, high);
    };
    const auto masked = [&](std::int32_t mask) { return ((mask >> i) & 1) != 0; };
    const std::int64_t first = masked(options.begin_mask) ? (step > 0 ? 0 : size - 1) : bound(begin[i]);
    const std::int64_t last = masked(options.end_mask) ? (step > 0 ? size : -1) : bound(end[i]);
    const bool shrink = masked(options.shrink_axis_mask);
    std::int64_t count = step > 0 ? (last - first + step - 1) / step : (last - first + step + 1) / step;
    if (shrink) count = 1;
    if (count < 1 || first < 0 || first >= size) {
      op.fail("axis {} of [{}] has no element from {} to {}.", i, shape_text(input.shape), begin[i], end[i]);
    }
    start += first * strides[i];
    if (shrink) continue;
    shape.push_back(static_cast<std::int32_t>(count));
    moved.push_back(step * strides[i]);
  }
  require_shape(op, op.output(), shape);
  return gather_kernel(op, walk_of(op, shape, moved, start));
}

}  // namespace

extern const OpDef strided_slice_def = {
    .code = BuiltinOperator::strided_slice,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {24, 24, 4},
    .data = {84, 84},
    .device_takes =
        makes<TensorType::boolean, TensorType::float32, TensorType::int8, TensorType::int16, TensorType::int32>,
};

}  // namespace mltk::tflite
