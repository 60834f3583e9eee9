#include "tflite/ops/svdf.h"

#include <algorithm>
#include <limits>

#include "micro/svdf.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<SvdfOptions>(6);

// Inputs: input, feature weights, time weights, bias (optional), state.
constexpr std::size_t kBias = 3;
constexpr std::size_t kState = 4;

micro::SvdfShape shape_of(const OpContext& op) {
  const Tensor& input = op.input(0);
  const Tensor& feature = op.input(1);
  const Tensor& time = op.input(2);
  for (const Tensor* tensor : {&input, &feature, &time}) require_rank(op, *tensor, 2);
  const std::int32_t rank = op.options<SvdfOptions>().rank;
  micro::SvdfShape shape;
  shape.batches = input.shape[0];
  shape.inputs = input.shape[1];
  shape.filters = feature.shape[0];
  shape.rank = rank;
  shape.memory = time.shape[1];
  if (rank < 1 || shape.filters % rank != 0 || shape.memory < 1) {
    op.fail("rank {} does not divide {} filters with a memory of {}.", rank, shape.filters, shape.memory);
  }
  shape.units = shape.filters / rank;
  require_shape(op, feature, {shape.filters, shape.inputs});
  require_shape(op, time, {shape.filters, shape.memory});
  require_shape(op, op.input(kState), {shape.batches, shape.memory * shape.filters});
  require_shape(op, op.output(), {shape.batches, shape.units});
  if (const Tensor* bias = op.optional_input(kBias)) require_shape(op, *bias, {shape.units});
  if (!op.input(kState).is_variable) op.fail("the state '{}' is no variable.", op.input(kState).name);
  return shape;
}

template <class Accumulator, class Input, class State, class ToState, class Finish>
Kernel kernel(const OpContext& op, std::int32_t input_offset, std::int32_t state_offset, ToState to_state,
              Finish finish) {
  return [=, shape = shape_of(op), in = op.input_slot(0), feature = op.input_slot(1), time = op.input_slot(2),
          bias = op.input_slot(kBias), state = op.input_slot(kState), sums = op.scratch_slot(0),
          out = op.output_slot()](Buffers buffers) {
    micro::svdf(shape, input_offset, state_offset, input_data<Input>(buffers, in), input_data<Input>(buffers, feature),
                input_data<State>(buffers, time), input_data<Accumulator>(buffers, bias),
                output_data<State>(buffers, state), output_data<Accumulator>(buffers, sums),
                output_data<Input>(buffers, out), to_state, finish);
  };
}

/// Ratios of the scales are taken in float, as tflite-micro does.
template <class State>
Kernel code_kernel(const OpContext& op) {
  const float state_scale = scale_of(op, op.input(kState));
  const float first = scale_of(op, op.input(0)) * scale_of(op, op.input(1)) / state_scale;
  const float second = state_scale * scale_of(op, op.input(2)) / scale_of(op, op.output());
  const std::int32_t state_zero_point = zero_point_of(op, op.input(kState));
  const auto to_state = [multiplier = checked_multiplier(op, static_cast<double>(first)),
                         state_zero_point](std::int32_t sum) {
    constexpr std::int32_t kLow = std::numeric_limits<State>::min();
    constexpr std::int32_t kHigh = std::numeric_limits<State>::max();
    return state_zero_point + micro::clamp(micro::multiply(sum, multiplier), kLow, kHigh);
  };
  const auto finish = [multiplier = checked_multiplier(op, static_cast<double>(second)),
                       zero_point = zero_point_of(op, op.output())](std::int32_t sum) {
    return micro::to_code(micro::multiply(sum, multiplier), zero_point, -128, 127);
  };
  return kernel<std::int32_t, std::int8_t, State>(op, -zero_point_of(op, op.input(0)), -state_zero_point, to_state,
                                                  finish);
}

Kernel prepare(const OpContext& op) {
  const Tensor* bias = op.optional_input(kBias);
  const auto bias_is = [&](TensorType type) { return bias == nullptr || bias->type == type; };
  if (all_types(op, TensorType::float32, {0, 1, 2, kState}) && bias_is(TensorType::float32)) {
    const auto [low, high] = activation_floats(op.options<SvdfOptions>().activation);
    return kernel<float, float, float>(
        op, 0, 0, [](float sum) { return sum; },
        [low = low, high = high](float sum) { return micro::clamp(sum, low, high); });
  }
  if (!all_types(op, TensorType::int8, {0, 1}) || op.input(2).type != op.input(kState).type ||
      !bias_is(TensorType::int32)) {
    op.fail_types();
  }
  if (op.input(kState).type == TensorType::int16) return code_kernel<std::int16_t>(op);
  if (op.input(kState).type == TensorType::int8) return code_kernel<std::int8_t>(op);
  op.fail_types();
}

std::vector<ArenaBytes> scratch(const OpContext& op) {
  const std::int64_t batches = dimension(op.input(0), 0);
  const std::int64_t filters = dimension(op.input(1), 0);
  const std::int64_t sums = 4 * batches * filters;
  if (op.input(0).type == TensorType::float32) return {{sums, sums}};
  const std::int64_t units = 4 * batches * filters / std::max(op.options<SvdfOptions>().rank, 1);
  return {{sums, sums}, {units, units}};
}

/// With MVE the sums of the feature weights are kept.
KernelMemory cmsis_nn(const OpContext& op, DeviceKernels kernels) {
  KernelMemory memory{.data = {48, 40}, .scratch = scratch(op)};
  if (kernels == DeviceKernels::cmsis_nn_mve && op.input(0).type == TensorType::int8) {
    memory.arrays = one_buffer(std::int64_t{4} * dimension(op.input(1), 0));
  }
  return memory;
}

}  // namespace

extern const OpDef svdf_def = {
    .code = BuiltinOperator::svdf,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {12, 12, 4},
    .data = {36, 36},
    .scratch = scratch,
    .cmsis_nn = cmsis_nn,
};

}  // namespace mltk::tflite
