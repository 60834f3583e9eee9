#include "tflite/ops/transpose_conv.h"

#include <utility>

#include "micro/transpose_conv.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<TransposeConvOptions>(49);

constexpr std::size_t kFilter = 1;
constexpr std::size_t kInput = 2;
constexpr std::size_t kBias = 3;

std::string text(const Operator& op) {
  const auto options = options_as<TransposeConvOptions>(op);
  return fmt::format("Padding:{} stride:{}x{}", padding_text(options.padding), options.stride_w, options.stride_h);
}

OpCost cost(const OpContext& op) {
  const Tensor& filter = op.input(kFilter);
  const std::int64_t macs = std::int64_t{1} * dimension(filter, 1) * dimension(filter, 2) * dimension(op.output(), 3) *
                            elements(op.input(kInput));
  const std::int64_t ops = 2 * macs + (op.optional_input(kBias) != nullptr ? elements(op.output()) : 0);
  return {macs, ops, ops};
}

/// `sums` is a scratch buffer; -1 for the output itself.
template <class Accumulator, class Value, class Weight, class Bias, class Finish>
Kernel kernel(const OpContext& op, const micro::Window2d& window, std::int32_t input_offset, std::size_t sums,
              Finish finish) {
  return [=, in = op.input_slot(kInput), filter = op.input_slot(kFilter), bias = op.input_slot(kBias),
          out = op.output_slot()](Buffers buffers) {
    micro::transpose_conv(window, input_offset, input_data<Value>(buffers, in), input_data<Weight>(buffers, filter),
                          input_data<Bias>(buffers, bias), output_data<Accumulator>(buffers, sums),
                          output_data<Value>(buffers, out), finish.bind());
  };
}

/// The window of the convolution from the output to the input, turned around.
micro::Window2d transposed_window(const OpContext& op) {
  const auto options = op.options<TransposeConvOptions>();
  const Tensor& filter = op.input(kFilter);
  const Tensor& input = op.input(kInput);
  const Tensor& output = op.output();
  require_rank(op, filter, 4);
  micro::Window2d window = window_of(
      op, output, input, {options.padding, options.stride_h, options.stride_w, 1, 1, filter.shape[1], filter.shape[2]});
  std::swap(window.in_h, window.out_h);
  std::swap(window.in_w, window.out_w);
  std::swap(window.in_c, window.out_c);
  require_shape(op, filter, {window.out_c, window.filter_h, window.filter_w, window.in_c});
  if (const Tensor* bias = op.optional_input(kBias)) require_shape(op, *bias, {window.out_c});
  return window;
}

Kernel prepare(const OpContext& op) {
  const micro::Window2d window = transposed_window(op);
  const auto activation = op.options<TransposeConvOptions>().activation;
  const Tensor& input = op.input(kInput);
  const Tensor* bias = op.optional_input(kBias);
  const auto bias_is = [&](TensorType type) { return bias == nullptr || bias->type == type; };
  if (all_types(op, TensorType::float32, {kInput, kFilter}) && bias_is(TensorType::float32)) {
    return kernel<float, float, float, float>(op, window, 0, op.output_slot(), FloatFinish(activation));
  }
  if (op.input(kFilter).type != TensorType::int8 || op.output().type != input.type) op.fail_types();
  if (input.type == TensorType::int8 && bias_is(TensorType::int32)) {
    return kernel<std::int32_t, std::int8_t, std::int8_t, std::int32_t>(
        op, window, -zero_point_of(op, input), op.scratch_slot(0), CodeFinish(op, input, activation, 0));
  }
  if (input.type == TensorType::int16 && bias_is(TensorType::int64)) {
    return kernel<std::int64_t, std::int16_t, std::int8_t, std::int64_t>(
        op, window, 0, op.scratch_slot(0), CodeFinish(op, input, activation, 0).for_64_bits(op));
  }
  if (input.type == TensorType::int16 && bias_is(TensorType::int32)) {
    return kernel<std::int64_t, std::int16_t, std::int8_t, std::int32_t>(
        op, window, 0, op.scratch_slot(0), CodeFinish(op, input, activation, 0).for_64_bits(op));
  }
  op.fail_types();
}

KernelParameters parameters(const OpContext& op) {
  if (!is_quantized_type(op.input(kInput).type)) return {};
  const auto options = op.options<TransposeConvOptions>();
  return convolution_parameters(op, transposed_window(op), options.padding, op.input(kInput), op.input(kFilter),
                                CodeFinish(op, op.input(kInput), options.activation, 0));
}

std::vector<ArenaBytes> scratch(const OpContext& op) {
  const TensorType type = op.output().type;
  if (type == TensorType::float32) return {};
  const std::int64_t bytes = elements(op.output()) * (type == TensorType::int16 ? 8 : 4);
  return {{bytes, bytes}};
}

/// Narrow strides on many channels are computed as a convolution with the filter turned around.
KernelMemory cmsis_nn(const OpContext& op, DeviceKernels kernels) {
  KernelMemory memory{.data = {88, 76}, .arrays = channel_arrays(op), .scratch = scratch(op)};
  if (op.input(kInput).type != TensorType::int8) return memory;
  const micro::Window2d w = transposed_window(op);
  std::int64_t sums = 0;
  std::int64_t turned = 0;
  constexpr int kManyChannels = 16;
  if (w.stride_w <= 2 && w.stride_h <= 2 && w.in_c > kManyChannels) {
    turned = std::int64_t{1} * w.in_c * w.filter_w * w.filter_h * w.out_c;
    sums = im2col_bytes(std::int64_t{1} * w.in_c * w.filter_w * w.filter_h, kernels);
  } else {
    const std::int64_t row = (w.in_w - 1) * w.stride_w + std::max(w.filter_w, w.stride_h);
    sums = 4 * row * w.out_c * std::max(w.filter_h, w.stride_h);
  }
  memory.scratch = {{sums, sums}, {turned, turned}};
  return memory;
}

std::vector<int> opened(const OpContext& op, DeviceKernels) {
  if (op.output().type == TensorType::float32) return {~0, 2, 1};
  return {~0, 2, 1, 2, 1, 3, ~0};
}

}  // namespace

extern const OpDef transpose_conv_def = {
    .code = BuiltinOperator::transpose_conv,
    .options = &kOptions,
    .options_text = text,
    .cost = cost,
    .prepare = prepare,
    .parameters = parameters,
    .parsed_options = {20, 20, 4},
    .data = {80, 72},
    .arrays = channel_arrays,
    .scratch = scratch,
    .cmsis_nn = cmsis_nn,
    .opened = opened,
};

}  // namespace mltk::tflite
