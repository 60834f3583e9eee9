#include <algorithm>
#include <cmath>
#include <limits>

#include "micro/copy_by_index.h"
#include "micro/copy_rows.h"
#include "micro/unpack_int4.h"
#include "tflite/ops/common.h"
#include "tflite/ops/comparison.h"
#include "tflite/ops/sigmoid.h"

namespace mltk::tflite {

micro::Multiplier quantize_multiplier(double real) {
  if (real == 0) return {};
  int shift = 0;
  auto value = static_cast<std::int64_t>(std::round(std::frexp(real, &shift) * static_cast<double>(1LL << 31)));
  if (value == 1LL << 31) {
    value /= 2;
    ++shift;
  }
  if (shift < -31) return {};
  return {static_cast<std::int32_t>(value), shift};
}

float scale_of(const OpContext& op, const Tensor& tensor) {
  const auto& scale = tensor.quantization.scale;
  if (scale.size() != 1) {
    op.fail("'{}' of {} must have one quantization scale; it has {}.", tensor.name, to_string(tensor.type),
            scale.size());
  }
  if (!std::isfinite(scale[0]) || scale[0] <= 0) {
    op.fail("'{}' has the quantization scale {}; expected a positive number.", tensor.name, scale[0]);
  }
  return scale[0];
}

std::int32_t zero_point_of(const OpContext& op, const Tensor& tensor) {
  const auto& zero_point = tensor.quantization.zero_point;
  if (zero_point.empty()) return 0;
  const auto [low, high] = code_range(tensor.type);
  if (zero_point[0] < low || zero_point[0] > high) {
    op.fail("'{}' has the zero point {}, which is no {}.", tensor.name, zero_point[0], to_string(tensor.type));
  }
  if (tensor.type == TensorType::int16 && zero_point[0] != 0) {
    op.fail("'{}' of int16 has the zero point {}; expected 0.", tensor.name, zero_point[0]);
  }
  return static_cast<std::int32_t>(zero_point[0]);
}

micro::Multiplier checked_multiplier(const OpContext& op, double real) {
  constexpr int kLargestShift = 30;  // more would shift out of 32 bits
  if (!std::isfinite(real) || real < 0) op.fail("the ratio of the scales is {}.", real);
  const micro::Multiplier multiplier = quantize_multiplier(real);
  if (multiplier.shift > kLargestShift) op.fail("the ratio of the scales, {}, is too large.", real);
  return multiplier;
}

CodeFinish::CodeFinish(const OpContext& op, const Tensor& input, Activation activation, std::size_t channel_axis)
    : output_zero_point_(zero_point_of(op, op.output())), range_(activation_codes(op, activation, op.output())) {
  const Tensor& filter = op.input(1);
  const auto& scales = filter.quantization.scale;
  const auto channels = static_cast<std::size_t>(dimension(filter, channel_axis));
  if (scales.size() != 1 && scales.size() != channels) {
    op.fail("filter '{}' has {} quantization scales for {} channels.", filter.name, scales.size(), channels);
  }
  const double input_scale = scale_of(op, input);
  const double output_scale = scale_of(op, op.output());
  for (const float scale : scales) {
    multipliers_.push_back(checked_multiplier(op, input_scale * static_cast<double>(scale) / output_scale));
  }
}

CodeFinish::CodeFinish(const OpContext& op, Activation activation, micro::Multiplier multiplier)
    : multipliers_{multiplier},
      output_zero_point_(zero_point_of(op, op.output())),
      range_(activation_codes(op, activation, op.output())) {}

CodeFinish CodeFinish::for_64_bits(const OpContext& op) const {
  constexpr int kLargestShift = 14;  // the sum is shifted right by 15 - shift
  for (const micro::Multiplier& multiplier : multipliers_) {
    if (multiplier.shift > kLargestShift) op.fail("the ratio of the scales is larger than 2^{}.", kLargestShift);
  }
  return *this;
}

KernelParameters window_parameters(const micro::Window2d& window, Padding padding) {
  return {
      {"padding_type", static_cast<std::int64_t>(padding)}, {"padding_width", std::int64_t{window.pad_w}},
      {"padding_height", std::int64_t{window.pad_h}},       {"stride_width", std::int64_t{window.stride_w}},
      {"stride_height", std::int64_t{window.stride_h}},
  };
}

void append_offsets(KernelParameters& parameters, const OpContext& op, const Tensor& input, const Tensor& weights,
                    const micro::Requantize& finish) {
  const auto& weight_zeros = weights.quantization.zero_point;
  parameters.emplace_back("input_offset", std::int64_t{-zero_point_of(op, input)});
  parameters.emplace_back("weights_offset", weight_zeros.empty() ? std::int64_t{0} : -weight_zeros[0]);
  parameters.emplace_back("output_offset", std::int64_t{finish.output_zero_point});
  parameters.emplace_back("quantized_activation_min", std::int64_t{finish.low});
  parameters.emplace_back("quantized_activation_max", std::int64_t{finish.high});
}

KernelParameters convolution_parameters(const OpContext& op, const micro::Window2d& window, Padding padding,
                                        const Tensor& input, const Tensor& weights, const CodeFinish& finish) {
  KernelParameters parameters = window_parameters(window, padding);
  parameters.emplace_back("dilation_width_factor", std::int64_t{window.dilation_w});
  parameters.emplace_back("dilation_height_factor", std::int64_t{window.dilation_h});
  const micro::Requantize requantize = finish.bind();
  append_offsets(parameters, op, input, weights, requantize);
  std::vector<std::int32_t> multipliers;
  std::vector<std::int32_t> shifts;
  for (int channel = 0; channel < window.out_c; ++channel) {
    const micro::Multiplier& multiplier = requantize.multipliers[requantize.per_channel ? channel : 0];
    multipliers.push_back(multiplier.value);
    shifts.push_back(multiplier.shift);
  }
  parameters.emplace_back("per_channel_multiplier", std::move(multipliers));
  parameters.emplace_back("per_channel_shift", std::move(shifts));
  return parameters;
}

std::vector<ArenaBytes> channel_arrays(const OpContext& op) {
  const std::size_t axis = op.op().code == BuiltinOperator::depthwise_conv_2d ? 3 : 0;
  const std::int64_t bytes = 4 * std::int64_t{dimension(op.input(1), axis)};
  return {{bytes, bytes}, {bytes, bytes}};
}

std::vector<ArenaBytes> copied_shape(const OpContext& op) {
  const std::int64_t bytes = 4 + 4 * static_cast<std::int64_t>(op.output().shape.size());
  return {{bytes, bytes}};
}

std::pair<std::int32_t, std::int32_t> code_range(TensorType type) {
  switch (type) {
    case TensorType::int8: return {-128, 127};
    case TensorType::uint8: return {0, 255};
    case TensorType::int16: return {-32768, 32767};
    default: return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
  }
}

std::pair<std::int32_t, std::int32_t> activation_codes(const OpContext& op, Activation activation,
                                                       const Tensor& output) {
  auto [low, high] = code_range(output.type);
  const std::int32_t zero_point = zero_point_of(op, output);
  const float scale = scale_of(op, output);
  const auto code = [&](float real) {
    const double steps = std::round(static_cast<double>(real / scale));
    return static_cast<std::int32_t>(std::clamp(zero_point + steps, -2147483648.0, 2147483647.0));
  };
  switch (activation) {
    case Activation::relu: low = std::max(low, code(0)); break;
    case Activation::relu6:
      low = std::max(low, code(0));
      high = std::min(high, code(6));
      break;
    case Activation::relu_n1_to_1:
      low = std::max(low, code(-1));
      high = std::min(high, code(1));
      break;
    case Activation::none:
    case Activation::tanh:
    case Activation::sign_bit: break;
  }
  return {low, high};
}

std::pair<float, float> activation_floats(Activation activation) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  switch (activation) {
    case Activation::relu: return {0.0F, kLargest};
    case Activation::relu6: return {0.0F, 6.0F};
    case Activation::relu_n1_to_1: return {-1.0F, 1.0F};
    case Activation::none:
    case Activation::tanh:
    case Activation::sign_bit: break;
  }
  return {-kLargest, kLargest};
}

std::pair<std::int32_t, std::int32_t> activation_integers(Activation activation) {
  switch (activation) {
    case Activation::relu: return {0, std::numeric_limits<std::int32_t>::max()};
    case Activation::relu6: return {0, 6};
    case Activation::relu_n1_to_1: return {-1, 1};
    case Activation::none:
    case Activation::tanh:
    case Activation::sign_bit: break;
  }
  return code_range(TensorType::int32);
}

micro::SigmoidParams sigmoid_params(const OpContext& op) {
  constexpr int kIntegerBits = 4;
  const double real = static_cast<double>(scale_of(op, op.input(0))) * (1 << (31 - kIntegerBits));
  micro::SigmoidParams params;
  params.input_zero_point = zero_point_of(op, op.input(0));
  params.multiplier = checked_multiplier(op, real);
  params.radius = input_radius(kIntegerBits, params.multiplier.shift);
  return params;
}

micro::TableScale sigmoid_table_scale(const OpContext& op) {
  const float scale = scale_of(op, op.input(0));
  constexpr float kNative = 1.0F / 4096;
  if (scale == kNative) return micro::table_scale(-12);
  double multiplier = static_cast<double>(scale) * 4096 * 3;
  micro::TableScale table{0, 0};
  while (multiplier <= 32767.0 / 2 && table.shift <= 30) {
    ++table.shift;
    multiplier *= 2;
  }
  if (multiplier > 32767) op.fail("the input scale {} is too large.", scale);
  table.multiplier = static_cast<std::int32_t>(multiplier);
  return table;
}

std::int32_t input_radius(int integer_bits, int left_shift) {
  const double largest = ((1 << integer_bits) - 1) * std::ldexp(1.0, 31 - integer_bits);
  return static_cast<std::int32_t>(std::min(std::floor(std::ldexp(largest, -left_shift)), 2147483647.0));
}

std::int32_t dimension(const Tensor& tensor, std::size_t axis) {
  return axis < tensor.shape.size() ? tensor.shape[axis] : 1;
}

void require_rank(const OpContext& op, const Tensor& tensor, std::size_t rank) {
  if (tensor.shape.size() != rank) {
    op.fail("'{}' has shape [{}]; expected {} dimensions.", tensor.name, shape_text(tensor.shape), rank);
  }
}

void require_types(const OpContext& op, std::initializer_list<TensorType> inputs,
                   std::initializer_list<TensorType> outputs) {
  if (op.input_count() != inputs.size() || op.output_count() != outputs.size()) {
    op.fail("it has {} inputs and {} outputs; expected {} and {}.", op.input_count(), op.output_count(), inputs.size(),
            outputs.size());
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (op.input(i).type != inputs.begin()[i]) op.fail_types();
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (op.output(i).type != outputs.begin()[i]) op.fail_types();
  }
}

void require_shape(const OpContext& op, const Tensor& tensor, const std::vector<std::int32_t>& expected) {
  if (tensor.shape != expected) {
    op.fail("'{}' has shape [{}]; expected [{}]. Was the model exported for another input shape?", tensor.name,
            shape_text(tensor.shape), shape_text(expected));
  }
}

void require_same_elements(const OpContext& op) {
  if (elements(op.input(0)) != elements(op.output())) {
    op.fail("the input [{}] and the output [{}] differ in their number of elements.", shape_text(op.input(0).shape),
            shape_text(op.output().shape));
  }
}

std::size_t normal_axis(const OpContext& op, std::int32_t axis, std::size_t rank) {
  const auto signed_rank = static_cast<std::int32_t>(rank);
  if (axis < -signed_rank || axis >= signed_rank) op.fail("axis {} does not exist in {} dimensions.", axis, rank);
  return static_cast<std::size_t>(axis < 0 ? axis + signed_rank : axis);
}

Rows rows_of(const OpContext& op, const Tensor& tensor) {
  const int depth = tensor.shape.empty() ? 1 : tensor.shape.back();
  if (depth < 1) op.fail("the input [{}] is empty.", shape_text(tensor.shape));
  return {static_cast<int>(elements(tensor) / depth), depth};
}

bool all_types(const OpContext& op, TensorType type, std::initializer_list<std::size_t> inputs) {
  return op.output().type == type &&
         std::ranges::all_of(inputs, [&](std::size_t i) { return op.input(i).type == type; });
}

std::vector<std::uint8_t> zero_of(const OpContext& op, const Tensor& tensor) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(byte_size(tensor.type, 1)), 0);
  if (is_quantized_type(tensor.type)) {
    const std::int32_t zero_point = zero_point_of(op, tensor);
    std::memcpy(bytes.data(), &zero_point, bytes.size());  // little-endian
  }
  return bytes;
}

bool is_quantized_type(TensorType type) { return type == TensorType::int8 || type == TensorType::int16; }

micro::Window2d window_of(const OpContext& op, const Tensor& input, const Tensor& output,
                          const WindowOptions& options) {
  require_rank(op, input, 4);
  require_rank(op, output, 4);
  if (options.stride_h < 1 || options.stride_w < 1 || options.dilation_h < 1 || options.dilation_w < 1 ||
      options.filter_h < 1 || options.filter_w < 1) {
    op.fail("stride {}x{}, dilation {}x{} and filter {}x{} must be 1 or more.", options.stride_w, options.stride_h,
            options.dilation_w, options.dilation_h, options.filter_w, options.filter_h);
  }
  constexpr std::int32_t kFarthest = 1 << 20;
  if (std::max({options.stride_h, options.stride_w, options.dilation_h, options.dilation_w}) > kFarthest ||
      std::max(std::int64_t{options.dilation_h} * options.filter_h,
               std::int64_t{options.dilation_w} * options.filter_w) > kFarthest) {
    op.fail("stride {}x{} or the reach of filter {}x{} with dilation {}x{} is more than {}.", options.stride_w,
            options.stride_h, options.filter_w, options.filter_h, options.dilation_w, options.dilation_h, kFarthest);
  }
  const auto axis = [&](std::int64_t size, std::int64_t stride, std::int64_t dilation, std::int64_t filter,
                        std::int64_t out, int& pad) {
    const std::int64_t reach = (filter - 1) * dilation + 1;
    const std::int64_t expected =
        options.padding == Padding::same ? (size + stride - 1) / stride : (size + stride - reach) / stride;
    if (out != expected || expected < 1) {
      op.fail("a window of {} over {} with stride {} gives {} outputs but '{}' is [{}].", reach, size, stride, expected,
              output.name, shape_text(output.shape));
    }
    pad = static_cast<int>(std::max<std::int64_t>(0, (out - 1) * stride + reach - size) / 2);
  };
  micro::Window2d window;
  window.batches = input.shape[0];
  window.in_h = input.shape[1];
  window.in_w = input.shape[2];
  window.in_c = input.shape[3];
  window.out_h = output.shape[1];
  window.out_w = output.shape[2];
  window.out_c = output.shape[3];
  window.filter_h = options.filter_h;
  window.filter_w = options.filter_w;
  window.stride_h = options.stride_h;
  window.stride_w = options.stride_w;
  window.dilation_h = options.dilation_h;
  window.dilation_w = options.dilation_w;
  axis(window.in_h, window.stride_h, window.dilation_h, window.filter_h, window.out_h, window.pad_h);
  axis(window.in_w, window.stride_w, window.dilation_w, window.filter_w, window.out_w, window.pad_w);
  if (output.shape[0] != input.shape[0] || window.in_c < 1 || window.out_c < 1) {
    op.fail("the input [{}] and the output [{}] do not belong together.", shape_text(input.shape),
            shape_text(output.shape));
  }
  return window;
}

std::vector<std::ptrdiff_t> strides_of(const std::vector<std::int32_t>& shape) {
  std::vector<std::ptrdiff_t> strides(shape.size());
  std::size_t stride = 1;  // may wrap around where another axis is 0: nothing is there to walk over
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = static_cast<std::ptrdiff_t>(stride);
    stride *= static_cast<std::size_t>(shape[i]);
  }
  return strides;
}

micro::Broadcast broadcast_of(const OpContext& op) {
  constexpr auto kRank = static_cast<std::size_t>(micro::Broadcast::kRank);
  const auto& out = op.output().shape;
  if (out.size() > kRank) op.fail("the output has {} dimensions; at most {} are supported.", out.size(), kRank);
  micro::Broadcast broadcast;
  if (op.input(0).shape == out && op.input(1).shape == out) {  // one long row
    broadcast.sizes[kRank - 1] = static_cast<int>(elements(op.output()));
    broadcast.strides_a[kRank - 1] = broadcast.strides_b[kRank - 1] = 1;
    return broadcast;
  }
  std::ranges::copy_backward(out, broadcast.sizes + kRank);
  const auto fill = [&](const Tensor& tensor, int* strides) {
    const auto own = strides_of(tensor.shape);
    if (own.size() > out.size()) op.fail("'{}' has more dimensions than the output.", tensor.name);
    for (std::size_t i = 0; i < own.size(); ++i) {
      const std::size_t axis = kRank - own.size() + i;
      if (tensor.shape[i] == 1) continue;
      if (tensor.shape[i] != broadcast.sizes[axis]) {
        op.fail("'{}' with shape [{}] does not broadcast to [{}].", tensor.name, shape_text(tensor.shape),
                shape_text(out));
      }
      strides[axis] = static_cast<int>(own[i]);
    }
  };
  fill(op.input(0), broadcast.strides_a);
  fill(op.input(1), broadcast.strides_b);
  return broadcast;
}

std::size_t weights_slot(const OpContext& op) {
  return op.input(1).type == TensorType::int4 ? op.scratch_slot(0) : op.input_slot(1);
}

TensorType weights_type(const OpContext& op) {
  const TensorType type = op.input(1).type;
  return type == TensorType::int4 && op.input(0).type == TensorType::int8 ? TensorType::int8 : type;
}

Kernel with_unpacked_weights(const OpContext& op, Kernel kernel) {
  if (op.input(1).type != TensorType::int4) return kernel;
  return [kernel = std::move(kernel), packed = op.input_slot(1), unpacked = op.scratch_slot(0),
          count = elements(op.input(1))](Buffers buffers) {
    micro::unpack_int4(buffers[packed], count, output_data<std::int8_t>(buffers, unpacked));
    kernel(buffers);
  };
}

std::vector<ArenaBytes> unpacked_weights(const OpContext& op) {
  if (op.input(1).type != TensorType::int4) return {};
  return {{elements(op.input(1)), elements(op.input(1))}};
}

void require_table_size(const OpContext& op, std::int64_t count) {
  constexpr std::int64_t kMost = 1 << 24;
  if (count > kMost) {
    fail(ErrorKind::unsupported, "{}: it moves {} elements; at most {} are supported.", op.where(), count, kMost);
  }
}

std::vector<std::int32_t> broadcast_index(const OpContext& op, const Tensor& tensor) {
  require_table_size(op, elements(op.output()));
  if (elements(op.output()) == 0) return {};
  const auto& out = op.output().shape;
  if (tensor.shape.size() > out.size()) op.fail("'{}' has more dimensions than the output.", tensor.name);
  const auto own = strides_of(tensor.shape);
  const std::size_t missing = out.size() - own.size();
  std::vector<std::int32_t> index = {0};
  for (std::size_t axis = 0; axis < out.size(); ++axis) {
    const std::int32_t size = axis < missing ? 1 : tensor.shape[axis - missing];
    if (size != 1 && size != out[axis]) {
      op.fail("'{}' with shape [{}] does not broadcast to [{}].", tensor.name, shape_text(tensor.shape),
              shape_text(out));
    }
    const auto stride = size == 1 ? 0 : static_cast<std::int32_t>(own[axis - missing]);
    std::vector<std::int32_t> next;
    for (const std::int32_t base : index) {
      for (std::int32_t i = 0; i < out[axis]; ++i) next.push_back(base + i * stride);
    }
    index = std::move(next);
  }
  return index;
}

Kernel copy_kernel(const OpContext& op) {
  require_same_elements(op);
  if (op.input(0).type != op.output().type) op.fail_types();
  return [in = op.input_slot(0), out = op.output_slot(),
          bytes = static_cast<std::size_t>(byte_size(op.output()))](Buffers buffers) {
    if (bytes != 0) std::memcpy(buffers[out], buffers[in], bytes);
  };
}

Kernel gather_kernel(const OpContext& op, const micro::Walk& walk) {
  if (op.input(0).type != op.output().type || op.input(0).type == TensorType::int4) op.fail_types();
  return [walk, in = op.input_slot(0), out = op.output_slot(), item = static_cast<int>(byte_size(op.output().type, 1))](
             Buffers buffers) { micro::gather(walk, item, buffers[in], buffers[out]); };
}

micro::Walk walk_of(const OpContext& op, const std::vector<std::int32_t>& shape,
                    const std::vector<std::ptrdiff_t>& strides, std::ptrdiff_t start) {
  constexpr auto kRank = static_cast<std::size_t>(micro::Walk::kRank);
  if (shape.size() > kRank) op.fail("{} dimensions are more than the supported {}.", shape.size(), kRank);
  micro::Walk walk;
  walk.start = start;
  std::ranges::copy_backward(shape, walk.sizes + kRank);
  std::ranges::copy_backward(strides, walk.strides + kRank);
  return walk;
}

Kernel index_kernel(const OpContext& op, std::vector<std::int32_t> source) {
  const Tensor& output = op.output();
  if (op.input(0).type != output.type || output.type == TensorType::int4) op.fail_types();
  return [source = std::move(source), fill = zero_of(op, output), in = op.input_slot(0),
          out = op.output_slot()](Buffers buffers) {
    micro::copy_by_index(source.data(), source.size(), fill.size(), fill.data(), buffers[in], buffers[out]);
  };
}

Kernel part_kernel(const OpContext& op, std::size_t input, std::size_t axis) {
  const Tensor& whole = op.input(input);
  if (whole.type == TensorType::int4) op.fail_types();
  std::size_t rows = 1;
  for (std::size_t i = 0; i < axis; ++i) rows *= static_cast<std::size_t>(whole.shape[i]);
  struct Part {
    std::size_t slot;
    std::size_t row_bytes;
    std::size_t offset;
  };
  std::vector<Part> parts;
  std::size_t stride = 0;
  for (std::size_t i = 0; i < op.output_count(); ++i) {
    if (op.output(i).type != whole.type) op.fail_types();
    const std::size_t row_bytes = rows == 0 ? 0 : static_cast<std::size_t>(byte_size(op.output(i))) / rows;
    parts.push_back({op.output_slot(i), row_bytes, stride});
    stride += row_bytes;
  }
  return [=, in = op.input_slot(input)](Buffers buffers) {
    for (const Part& part : parts) {
      micro::copy_rows(rows, part.row_bytes, buffers[in] + part.offset, stride, buffers[part.slot], part.row_bytes);
    }
  };
}

Kernel split_kernel(const OpContext& op, std::size_t input, std::int32_t axis) {
  const Tensor& whole = op.input(input);
  const std::size_t split_axis = normal_axis(op, axis, whole.shape.size());
  std::int64_t total = 0;
  for (std::size_t i = 0; i < op.output_count(); ++i) {
    std::vector<std::int32_t> expected = whole.shape;
    if (split_axis < op.output(i).shape.size()) expected[split_axis] = op.output(i).shape[split_axis];
    require_shape(op, op.output(i), expected);
    total += expected[split_axis];
  }
  if (total != whole.shape[split_axis]) {
    op.fail("the outputs have {} entries along axis {}, the input [{}].", total, split_axis, shape_text(whole.shape));
  }
  return part_kernel(op, input, split_axis);
}

Kernel join_kernel(const OpContext& op, std::size_t axis) {
  const Tensor& output = op.output();
  if (output.type == TensorType::int4) op.fail_types();
  std::size_t rows = 1;
  for (std::size_t i = 0; i < axis; ++i) rows *= static_cast<std::size_t>(output.shape[i]);
  struct Piece {
    std::size_t slot;
    std::size_t row_bytes;
    std::size_t offset;
  };
  std::vector<Piece> pieces;
  std::size_t stride = 0;
  for (std::size_t i = 0; i < op.input_count(); ++i) {
    if (op.input(i).type != output.type) op.fail_types();
    const std::size_t row_bytes = rows == 0 ? 0 : static_cast<std::size_t>(byte_size(op.input(i))) / rows;
    pieces.push_back({op.input_slot(i), row_bytes, stride});
    stride += row_bytes;
  }
  return [=, out = op.output_slot()](Buffers buffers) {
    for (const Piece& piece : pieces) {
      micro::copy_rows(rows, piece.row_bytes, buffers[piece.slot], piece.row_bytes, buffers[out] + piece.offset,
                       stride);
    }
  };
}

std::string padding_text(Padding padding) { return padding == Padding::same ? "Same" : "Valid"; }

std::string activation_text(Activation activation) {
  switch (activation) {
    case Activation::none: return "None";
    case Activation::relu: return "Relu";
    case Activation::relu_n1_to_1: return "Relu_n1_to_1";
    case Activation::relu6: return "Relu6";
    case Activation::tanh: return "Tanh";
    case Activation::sign_bit: return "Sign_bit";
  }
  return "None";
}

OpCost cost_with_activation(std::int64_t macs, std::int64_t ops, Activation activation, std::int64_t outputs) {
  const bool counted =
      activation == Activation::relu || activation == Activation::relu6 || activation == Activation::relu_n1_to_1;
  return {macs, ops + (counted ? 2 * outputs : 0), ops};
}

AxisSplit split_at(const std::vector<std::int32_t>& shape, std::size_t axis) {
  AxisSplit split;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    int& part = i < axis ? split.outer : i == axis ? split.size : split.inner;
    part = i == axis ? shape[i] : part * shape[i];
  }
  return split;
}

micro::CompareParams compare_params(const OpContext& op) {
  const auto operand = [&](const Tensor& tensor) {
    const auto multiplier = checked_multiplier(op, static_cast<double>(scale_of(op, tensor)));
    return micro::CompareOperand{-zero_point_of(op, tensor), multiplier};
  };
  return {operand(op.input(0)), operand(op.input(1))};
}

}  // namespace mltk::tflite
