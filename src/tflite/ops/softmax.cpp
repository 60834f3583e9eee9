#include "tflite/ops/softmax.h"

#include <algorithm>
#include <cmath>

#include "micro/softmax.h"
#include "tflite/ops/cmsis_nn.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<SoftmaxOptions>(9);

// The row length that MLTK counts is the second axis of a matrix and the first axis of anything else.
OpCost cost(const OpContext& op) {
  const Tensor& input = op.input(0);
  const std::int64_t length = dimension(input, input.shape.size() == 2 ? 1 : 0);
  return {0, 5 * length, 2 * length};
}

micro::SoftmaxParams params_of(const OpContext& op, int rows, int depth) {
  constexpr int kIntegerBits = 5;
  const double real = std::min(static_cast<double>(op.options<SoftmaxOptions>().beta) *
                                   static_cast<double>(scale_of(op, op.input(0))) * (1 << (31 - kIntegerBits)),
                               2147483647.0);
  if (!(real > 1)) op.fail("beta and the input scale give {}; expected more than 1.", real);
  micro::SoftmaxParams params{rows, depth, quantize_multiplier(real), 0};
  params.smallest_difference = -input_radius(kIntegerBits, params.input.shift);
  return params;
}

/// Lines through `function` over [first, last], each shifted by half of its error in the middle; in float, as
/// tflite-micro builds them. The output's unit is 2 / 65535.
template <class Function>
micro::Lines16 lines(float first, float last, Function function) {
  constexpr int kLines = 512;
  const float step = (last - first) / kLines;
  constexpr float kUnit = 2.0F / 65535;
  constexpr float kCodes = 65536 / (kUnit * 32767 - kUnit * -32768);
  const auto limit = [](float code) { return static_cast<std::int16_t>(std::clamp(code, -32768.0F, 32767.0F)); };
  micro::Lines16 result;
  for (int i = 0; i < kLines; ++i) {
    const float start = first + static_cast<float>(i) * step;
    const float value = std::round(function(start) * kCodes);
    const float next = function(first + static_cast<float>(i + 1) * step) * kCodes;
    const float middle = std::round(function(start + step / 2) * kCodes);
    const float error = std::round((next + value) / 2) - middle;
    result.points[i] = limit(value - std::round(error / 2));
  }
  result.points[kLines] = limit(std::round(function(last) * kCodes));
  return result;
}

micro::Softmax16Params params_16_of(const OpContext& op, int rows, int depth) {
  constexpr double kUnit = 10.0 / 65535;
  micro::Softmax16Params params;
  params.rows = rows;
  params.depth = depth;
  params.input = checked_multiplier(op, static_cast<double>(scale_of(op, op.input(0))) *
                                            static_cast<double>(op.options<SoftmaxOptions>().beta) / kUnit);
  const auto unit = static_cast<float>(kUnit);
  params.exponential = lines(unit * (-32768 - 32767), unit * (32767 - 32767), [](float x) { return std::exp(x); });
  constexpr float kReciprocalUnit = 1.0F / 65535;
  params.reciprocal = lines(kReciprocalUnit * 0, kReciprocalUnit * 65535, [](float x) { return 1 / (1 + x); });
  return params;
}

std::vector<ArenaBytes> arrays(const OpContext& op) {
  if (op.input(0).type != TensorType::int16) return {};
  return {{1026, 1026}, {1026, 1026}};
}

Kernel prepare(const OpContext& op) {
  const Tensor& input = op.input(0);
  require_shape(op, op.output(), input.shape);
  const int depth = input.shape.empty() ? 1 : input.shape.back();
  if (depth < 1) op.fail("the input [{}] is empty.", shape_text(input.shape));
  const int rows = static_cast<int>(elements(input) / depth);
  const std::size_t in = op.input_slot(0);
  const std::size_t out = op.output_slot();
  if (all_types(op, TensorType::float32, {0})) {
    return [=, beta = op.options<SoftmaxOptions>().beta](Buffers buffers) {
      micro::softmax(rows, depth, beta, input_data<float>(buffers, in), output_data<float>(buffers, out));
    };
  }
  if (all_types(op, TensorType::int8, {0})) {
    return [=, params = params_of(op, rows, depth)](Buffers buffers) {
      micro::softmax(params, input_data<std::int8_t>(buffers, in), output_data<std::int8_t>(buffers, out));
    };
  }
  if (input.type == TensorType::int8 && op.output().type == TensorType::int16) {
    return [=, params = params_of(op, rows, depth)](Buffers buffers) {
      micro::softmax(params, input_data<std::int8_t>(buffers, in), output_data<std::int16_t>(buffers, out));
    };
  }
  if (all_types(op, TensorType::int16, {0})) {
    return [=, params = params_16_of(op, rows, depth)](Buffers buffers) {
      micro::softmax(params, input_data<std::int16_t>(buffers, in), output_data<std::int16_t>(buffers, out));
    };
  }
  op.fail_types();
}

KernelMemory cmsis_nn(const OpContext& op, DeviceKernels) { return {.data = {88, 64}, .arrays = arrays(op)}; }

}  // namespace

extern const OpDef softmax_def = {
    .code = BuiltinOperator::softmax,
    .options = &kOptions,
    .cost = cost,
    .prepare = prepare,
    .parsed_options = {4, 4, 4},
    .data = {80, 56},
    .arrays = arrays,
    .cmsis_nn = cmsis_nn,
};

}  // namespace mltk::tflite
