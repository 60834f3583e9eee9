#include "tflite/ops/conv_2d.h"

#include "micro/conv_2d.h"
#include "simd/conv_2d.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<Conv2dOptions>(1);

std::string text(const Operator& op) {
  const auto options = options_as<Conv2dOptions>(op);
  return fmt::format("Padding:{} stride:{}x{} activation:{}", padding_text(options.padding), options.stride_w,
                     options.stride_h, activation_text(options.activation));
}

OpCost cost(const OpContext& op) {
  const Tensor& filter = op.input(1);
  const std::int64_t outputs = elements(op.output());
  const std::int64_t taps = std::int64_t{1} * dimension(filter, 1) * dimension(filter, 2) * dimension(op.input(0), 3);
  const std::int64_t macs = taps * outputs;
  return cost_with_activation(macs, 2 * macs + (op.optional_input(2) != nullptr ? outputs : 0),
                              op.options<Conv2dOptions>().activation, outputs);
}

template <class Accumulator, class Value, class Weight, class Finish>
Kernel kernel(const OpContext& op, const micro::Window2d& window, int filter_c, std::int32_t input_offset,
              Finish finish) {
  return [=, in = op.input_slot(0), filter = weights_slot(op), bias = op.input_slot(2),
          out = op.output_slot()](Buffers buffers) {
    micro::conv_2d(window, filter_c, input_offset, input_data<Value>(buffers, in), input_data<Weight>(buffers, filter),
                   input_data<Accumulator>(buffers, bias), output_data<Value>(buffers, out), finish.bind());
  };
}

micro::Window2d conv_window(const OpContext& op) {
  const auto options = op.options<Conv2dOptions>();
  const Tensor& filter = op.input(1);
  require_rank(op, filter, 4);
  return window_of(op, op.input(0), op.output(),
                   {options.padding, options.stride_h, options.stride_w, options.dilation_h, options.dilation_w,
                    filter.shape[1], filter.shape[2]});
}

Kernel prepare_unpacked(const OpContext& op) {
  const auto options = op.options<Conv2dOptions>();
  const Tensor& input = op.input(0);
  const Tensor& filter = op.input(1);
  const Tensor& output = op.output();
  const micro::Window2d window = conv_window(op);
  const std::int32_t filter_c = filter.shape[3];
  if (filter.shape[0] != window.out_c || filter_c < 1 || window.in_c % filter_c != 0 ||
      window.out_c % (window.in_c / filter_c) != 0) {
    op.fail(
        "filter [{}] does not fit the input [{}] and the output [{}]; expected [{}x{}x{}x{}]. Was the model "
        "exported for another input shape?",
        shape_text(filter.shape), shape_text(input.shape), shape_text(output.shape), window.out_c, filter.shape[1],
        filter.shape[2], window.in_c);
  }
  const Tensor* bias = op.optional_input(2);
  if (bias != nullptr) require_shape(op, *bias, {window.out_c});
  const auto bias_is = [&](TensorType type) { return bias == nullptr || bias->type == type; };

  if (all_types(op, TensorType::float32, {0, 1}) && bias_is(TensorType::float32)) {
    const FloatFinish finish(options.activation);
    if (Kernel fast = simd_kernel<float, float>(op, [&](const float* weights, const float* start) {
          return simd::conv_2d(window, filter_c, weights, start, finish.bind());
        })) {
      return fast;
    }
    return kernel<float, float, float>(op, window, filter_c, 0, finish);
  }
  if (weights_type(op) != TensorType::int8 || output.type != input.type) op.fail_types();
  if (input.type == TensorType::int8 && bias_is(TensorType::int32)) {
    const std::int32_t offset = -zero_point_of(op, input);
    const CodeFinish finish(op, input, options.activation, 0);
    if (Kernel fast =
            simd_kernel<std::int8_t, std::int32_t>(op, [&](const std::int8_t* weights, const std::int32_t* start) {
              return simd::conv_2d(window, filter_c, offset, weights, start, finish.bind());
            })) {
      return fast;
    }
    return kernel<std::int32_t, std::int8_t, std::int8_t>(op, window, filter_c, offset, finish);
  }
  if (input.type == TensorType::int16 && bias_is(TensorType::int32)) {
    return kernel<std::int32_t, std::int16_t, std::int8_t>(op, window, filter_c, 0,
                                                           CodeFinish(op, input, options.activation, 0));
  }
  if (input.type == TensorType::int16 && bias_is(TensorType::int64)) {
    return kernel<std::int64_t, std::int16_t, std::int8_t>(
        op, window, filter_c, 0, CodeFinish(op, input, options.activation, 0).for_64_bits(op));
  }
  op.fail_types();
}

Kernel prepare(const OpContext& op) { return with_unpacked_weights(op, prepare_unpacked(op)); }

KernelParameters parameters(const OpContext& op) {
  if (!is_quantized_type(op.input(0).type)) return {};
  const auto options = op.options<Conv2dOptions>();
  return convolution_parameters(op, conv_window(op), options.padding, op.input(0), op.input(1),
                                CodeFinish(op, op.input(0), options.activation, 0));
}

KernelMemory cmsis_nn(const OpContext& op, DeviceKernels kernels) {
  KernelMemory memory{.data = {80, 60}};
  if (op.input(0).type == TensorType::float32) return memory;
  memory.arrays = channel_arrays(op);
  const micro::Window2d window = conv_window(op);
  if (op.input(0).type == TensorType::int8) {
    memory.scratch = one_buffer(convolution_scratch(window, dimension(op.input(1), 3), kernels));
  } else if (op.input(0).type == TensorType::int16) {
    const std::int64_t taps = std::int64_t{1} * window.filter_w * window.filter_h * window.in_c;
    memory.scratch = one_buffer(kernels == DeviceKernels::cmsis_nn_mve ? 4 * ((taps + 7) / 8 * 8) * 2 : 2 * taps * 2);
  }
  return memory;
}

std::vector<int> opened(const OpContext&, DeviceKernels kernels) {
  if (kernels == DeviceKernels::reference) return {~0, 0, 1, 0, 1, 2, ~0};
  return {0, 1, ~0, 0, 1, 2, ~0};
}

}  // namespace

extern const OpDef conv_2d_def = {
    .code = BuiltinOperator::conv_2d,
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
