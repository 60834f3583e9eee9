#include "tflite/ops/resize_bilinear.h"

#include "micro/resize_bilinear.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<ResizeBilinearOptions>(15);

template <class Value>
Kernel kernel(const OpContext& op, const micro::ResizeShape& shape) {
  return [=, in = op.input_slot(0), out = op.output_slot()](Buffers buffers) {
    micro::resize_bilinear(shape, input_data<Value>(buffers, in), output_data<Value>(buffers, out));
  };
}

Kernel prepare(const OpContext& op) {
  const auto options = op.options<ResizeBilinearOptions>();
  const Tensor& input = op.input(0);
  const Tensor& output = op.output();
  require_rank(op, input, 4);
  const std::vector<std::int32_t> size = op.constant_int32(1);
  if (size.size() != 2 || elements(input) == 0) op.fail("it has {} sizes; expected height and width.", size.size());
  require_shape(op, output, {input.shape[0], size[0], size[1], input.shape[3]});
  const micro::ResizeShape shape{input.shape[0], input.shape[1], input.shape[2],        size[0],
                                 size[1],        input.shape[3], options.align_corners, options.half_pixel_centers};
  if (all_types(op, TensorType::float32, {0})) return kernel<float>(op, shape);
  if (all_types(op, TensorType::int8, {0})) return kernel<std::int8_t>(op, shape);
  if (all_types(op, TensorType::int16, {0})) return kernel<std::int16_t>(op, shape);
  op.fail_types();
}

}  // namespace

extern const OpDef resize_bilinear_def = {
    .code = BuiltinOperator::resize_bilinear,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {2, 2, 1},
};

}  // namespace mltk::tflite
