#include "graph/ops/depthwise_conv_2d.h"

#include "quantize/dilation.h"
#include "tflite/ops/depthwise_conv_2d.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const Window2d& window = l.node.as<DepthwiseConv2dAttributes>().window;
  const Tensor& filter = l.constant(1);
  const Shape& shape = filter.shape();  // [KH, KW, C, M] becomes [1, KH, KW, C * M]
  const std::int64_t channels = shape[2] * shape[3];
  const std::int32_t w = l.graph.add_constant(l.name("depthwise"), {1, shape[0], shape[1], channels},
                                              std::vector(filter.as<float>().begin(), filter.as<float>().end()));
  const std::int32_t bias = l.graph.add_constant(l.name("BiasAdd/ReadVariableOp"), {channels},
                                                 std::vector<float>(static_cast<std::size_t>(channels)));
  const auto options = [multiplier = static_cast<std::int32_t>(shape[3])](const Window2d& of) {
    return tflite::DepthwiseConv2dOptions{.padding = of.same ? tflite::Padding::same : tflite::Padding::valid,
                                          .stride_w = static_cast<std::int32_t>(of.stride_width),
                                          .stride_h = static_cast<std::int32_t>(of.stride_height),
                                          .depth_multiplier = multiplier,
                                          .dilation_w = static_cast<std::int32_t>(of.dilation_width),
                                          .dilation_h = static_cast<std::int32_t>(of.dilation_height)};
  };
  emit_convolution(l, tflite::BuiltinOperator::depthwise_conv_2d, window, options, w, bias, "depthwise");
}

}  // namespace

extern const LoweringDef depthwise_conv_2d_def;
const LoweringDef depthwise_conv_2d_def = {"depthwise_conv_2d", lower};

}  // namespace mltk::quantize
