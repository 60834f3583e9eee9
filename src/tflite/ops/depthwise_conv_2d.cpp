#include "tflite/ops/depthwise_conv_2d.h"

#include "micro/depthwise_conv_2d.h"
#include "simd/depthwise_conv_2d.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<DepthwiseConv2dOptions>(2);

std::string text(const Operator& op) {
  const auto options = options_as<DepthwiseConv2dOptions>(op);
  return fmt::format("Multiplier:{} padding:{} stride:{}x{} activation:{}", options.depth_multiplier,
                     padding_text(options.padding), options.stride_w, options.stride_h,
                     activation_text(options.activation));
}

OpCost cost(const OpContext& op) {
  const Tensor& filter = op.input(1);
  const std::int64_t outputs = elements(op.output());
  const std::int64_t macs = std::int64_t{1} * dimension(filter, 1) * dimension(filter, 2) * outputs;
  return cost_with_activation(macs, 2 * macs + (op.optional_input(2) != nullptr ? outputs : 0),
                              op.options<DepthwiseConv2dOptions>().activation, outputs);
}

template <class Accumulator, class Value, class Weight, class Finish>
Kernel kernel(const OpContext& op, const micro::Window2d& window, std::int32_t input_offset, Finish finish) {
  return [=, multiplier = window.out_c / window.in_c, in = op.input_slot(0), filter = weights_slot(op),
          bias = op.input_slot(2), out = op.output_slot()](Buffers buffers) {
    micro::depthwise_conv_2d(window, multiplier, input_offset, input_data<Value>(buffers, in),
                             input_data<Weight>(buffers, filter), input_data<Accumulator>(buffers, bias),
                             output_data<Value>(buffers, out), finish.bind());
  };
}

micro::Window2d depthwise_window(const OpContext& op) {
  const auto options = op.options<DepthwiseConv2dOptions>();
  const Tensor& filter = op.input(1);
  require_rank(op, filter, 4);
  return window_of(op, op.input(0), op.output(),
                   {options.padding, options.stride_h, options.stride_w, options.dilation_h, options.dilation_w,
                    filter.shape[1], filter.shape[2]});
}

Kernel prepare_unpacked(const OpContext& op) {
  const auto options = op.options<DepthwiseConv2dOptions>();
  const Tensor& input = op.input(0);
  const Tensor& filter = op.input(1);
  const Tensor& output = op.output();
  const micro::Window2d window = depthwise_window(op);
  require_shape(op, filter, {1, filter.shape[1], filter.shape[2], window.out_c});
  if (window.out_c % window.in_c != 0) {
    op.fail("{} output channels are no multiple of the {} input channels.", window.out_c, window.in_c);
  }
  const Tensor* bias = op.optional_input(2);
  if (bias != nullptr) require_shape(op, *bias, {window.out_c});
  const auto bias_is = [&](TensorType type) { return bias == nullptr || bias->type == type; };

  if (all_types(op, TensorType::float32, {0, 1}) && bias_is(TensorType::float32)) {
    return kernel<float, float, float>(op, window, 0, FloatFinish(options.activation));
  }
  if (weights_type(op) != TensorType::int8 || output.type != input.type) op.fail_types();
  if (input.type == TensorType::int8 && bias_is(TensorType::int32)) {
    const std::int32_t offset = -zero_point_of(op, input);
    const CodeFinish finish(op, input, options.activation, 3);
    if (Kernel fast =
            simd_kernel<std::int8_t, std::int32_t>(op, [&](const std::int8_t* weights, const std::int32_t* start) {
              return simd::depthwise_conv_2d(window, offset, weights, start, finish.bind());
            })) {
      return fast;
    }
    return kernel<std::int32_t, std::int8_t, std::int8_t>(op, window, offset, finish);
  }
  if (input.type == TensorType::int16 && bias_is(TensorType::int64)) {
    return kernel<std::int64_t, std::int16_t, std::int8_t>(
        op, window, 0, CodeFinish(op, input, options.activation, 3).for_64_bits(op));
  }
  op.fail_types();
}

Kernel prepare(const OpContext& op) { return with_unpacked_weights(op, prepare_unpacked(op)); }

KernelParameters parameters(const OpContext& op) {
  if (!is_quantized_type(op.input(0).type)) return {};
  const auto options = op.options<DepthwiseConv2dOptions>();
  KernelParameters parameters = convolution_parameters(op, depthwise_window(op), options.padding, op.input(0),
                                                       op.input(1), CodeFinish(op, op.input(0), options.activation, 3));
  parameters.emplace_back("depth_multiplier", std::int64_t{options.depth_multiplier});
  return parameters;
}

/// Scratch of the kernel that is chosen for a depthwise convolution of this shape on int8.
std::int64_t cmsis_nn_scratch(const micro::Window2d& w, TensorType weights, DeviceKernels kernels) {
  const std::int64_t taps = std::int64_t{1} * w.filter_w * w.filter_h;
  const bool mve = kernels == DeviceKernels::cmsis_nn_mve;
  const bool int4 = weights == TensorType::int4;
  if (mve && !int4 && w.in_c == 1 && w.out_c > 1)
    return convolution_scratch(w, 1, kernels) + w.out_c * taps;  // as CONV_2D
  if (w.in_c != w.out_c || w.batches != 1 || w.dilation_w != 1 || w.dilation_h != 1) return 0;
  constexpr std::int64_t kChannelsAtOnce = 124;
  if (mve) return 4 * kChannelsAtOnce * taps;
  const bool has_3x3_kernel = w.filter_w == 3 && w.filter_h == 3 && w.pad_h <= 1 && w.pad_w <= 1;
  const bool needs_none = has_3x3_kernel || kernels == DeviceKernels::cmsis_nn_c;
  return needs_none && !int4 ? 0 : w.in_c * taps * 2;
}

KernelMemory cmsis_nn(const OpContext& op, DeviceKernels kernels) {
  KernelMemory memory{.data = {80, 60}};
  if (op.input(0).type == TensorType::float32) return memory;
  memory.arrays = channel_arrays(op);
  if (op.input(0).type == TensorType::int8) {
    memory.scratch = one_buffer(cmsis_nn_scratch(depthwise_window(op), op.input(1).type, kernels));
  }
  return memory;
}

std::vector<int> opened(const OpContext&, DeviceKernels kernels) {
  if (kernels == DeviceKernels::reference) return {~0, 0, 1, 0, 1, 2, ~0};
  return {0, 1, ~0, 0, 1, 2, ~0};
}

}  // namespace

extern const OpDef depthwise_conv_2d_def = {
    .code = BuiltinOperator::depthwise_conv_2d,
    .options = &kOptions,
    .options_text = text,
    .cost = cost,
    .prepare = prepare,
    .parameters = parameters,
    .parsed_options = {28, 28, 4},
    .data = {72, 56},
    .arrays = channel_arrays,
    .scratch = unpacked_weights,
    .cmsis_nn = cmsis_nn,
    .opened = opened,
};

}  // namespace mltk::tflite
