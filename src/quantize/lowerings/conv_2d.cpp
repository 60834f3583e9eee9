#include "graph/ops/conv_2d.h"

#include "quantize/dilation.h"
#include "tflite/ops/conv_2d.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const Window2d& window = l.node.as<Conv2dAttributes>().window;
  const Tensor& filter = l.constant(1);
  const Shape& shape = filter.shape();  // [KH, KW, I, O] becomes [O, KH, KW, I]
  const std::int64_t taps = shape[0] * shape[1] * shape[2];
  std::vector<float> weights(filter.as<float>().size());
  for (std::int64_t i = 0; i < taps; ++i) {
    for (std::int64_t o = 0; o < shape[3]; ++o) {
      weights[static_cast<std::size_t>(o * taps + i)] = filter.as<float>()[static_cast<std::size_t>(i * shape[3] + o)];
    }
  }
  const std::int32_t w =
      l.graph.add_constant(l.name("Conv2D"), {shape[3], shape[0], shape[1], shape[2]}, std::move(weights));
  const std::int32_t bias = l.graph.add_constant(l.name("BiasAdd/ReadVariableOp"), {shape[3]},
                                                 std::vector<float>(static_cast<std::size_t>(shape[3])));
  const auto options = [](const Window2d& of) {
    return tflite::Conv2dOptions{.padding = of.same ? tflite::Padding::same : tflite::Padding::valid,
                                 .stride_w = static_cast<std::int32_t>(of.stride_width),
                                 .stride_h = static_cast<std::int32_t>(of.stride_height),
                                 .dilation_w = static_cast<std::int32_t>(of.dilation_width),
                                 .dilation_h = static_cast<std::int32_t>(of.dilation_height)};
  };
  emit_convolution(l, tflite::BuiltinOperator::conv_2d, window, options, w, bias, "Conv2D");
}

}  // namespace

extern const LoweringDef conv_2d_def;
const LoweringDef conv_2d_def = {"conv_2d", lower};

}  // namespace mltk::quantize
