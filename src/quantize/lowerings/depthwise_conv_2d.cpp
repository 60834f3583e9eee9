#include "graph/ops/depthwise_conv_2d.h"

#include "quantize/float_graph.h"
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
  l.emit(tflite::BuiltinOperator::depthwise_conv_2d,
         tflite::DepthwiseConv2dOptions{.padding = window.same ? tflite::Padding::same : tflite::Padding::valid,
                                        .stride_w = static_cast<std::int32_t>(window.stride_width),
                                        .stride_h = static_cast<std::int32_t>(window.stride_height),
                                        .depth_multiplier = static_cast<std::int32_t>(shape[3]),
                                        .dilation_w = static_cast<std::int32_t>(window.dilation_width),
                                        .dilation_h = static_cast<std::int32_t>(window.dilation_height)},
         {l.input(0), w, bias}, "depthwise");
}

}  // namespace

extern const LoweringDef depthwise_conv_2d_def;
const LoweringDef depthwise_conv_2d_def = {"depthwise_conv_2d", lower};

}  // namespace mltk::quantize
