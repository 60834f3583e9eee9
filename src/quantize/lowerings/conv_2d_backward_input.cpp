#include "graph/ops/conv_2d_backward_input.h"

#include "quantize/computed_shape.h"
#include "tflite/ops/transpose_conv.h"

namespace mltk::quantize {
namespace {

std::int32_t constant_shape(Lowering& l, const Shape& output) {
  std::vector<std::int32_t> sizes;
  for (const std::int64_t size : output) sizes.push_back(static_cast<std::int32_t>(size == kBatch ? 1 : size));
  return l.graph.add_constant(l.name("stack"), {4}, std::move(sizes));
}

void lower(Lowering& l) {
  const auto& [conv, output] = l.node.as<Conv2dBackwardInputAttributes>();
  if (conv.window.dilation_height != 1 || conv.window.dilation_width != 1) {
    fail(ErrorKind::unsupported, "layer '{}': a dilated transposed convolution has no operator on the device",
         l.node.scope.layer);
  }
  const std::int32_t shape =
      l.graph.fixed_batch() ? constant_shape(l, output) : add_computed_shape(l, l.input(0), output, "stack");
  const Tensor& kernel = l.constant(1);  // [KH, KW, F, C] becomes [F, KH, KW, C]
  const Shape& from = kernel.shape();
  std::vector<float> weights;
  for (std::int64_t f = 0; f < from[2]; ++f) {
    for (std::int64_t tap = 0; tap < from[0] * from[1]; ++tap) {
      const auto values = kernel.as<float>().subspan(static_cast<std::size_t>((tap * from[2] + f) * from[3]),
                                                     static_cast<std::size_t>(from[3]));
      weights.insert(weights.end(), values.begin(), values.end());
    }
  }
  const std::int32_t filter =
      l.graph.add_constant(l.name("conv2d_transpose"), {from[2], from[0], from[1], from[3]}, std::move(weights));
  l.emit(tflite::BuiltinOperator::transpose_conv,
         tflite::TransposeConvOptions{.padding = conv.window.same ? tflite::Padding::same : tflite::Padding::valid,
                                      .stride_w = static_cast<std::int32_t>(conv.window.stride_width),
                                      .stride_h = static_cast<std::int32_t>(conv.window.stride_height)},
         {shape, filter, l.input(0)}, "conv2d_transpose");
}

}  // namespace

extern const LoweringDef conv_2d_backward_input_def;
const LoweringDef conv_2d_backward_input_def = {"conv_2d_backward_input", lower};

}  // namespace mltk::quantize
