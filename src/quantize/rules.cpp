#include "quantize/rules.h"

#include <algorithm>
#include <iterator>

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

constexpr QuantizeRule kRules[] = {
    {.code = BuiltinOperator::conv_2d, .rule = Rule::with_weights},
    {.code = BuiltinOperator::depthwise_conv_2d, .rule = Rule::with_weights, .weight_axis = 3},
    {.code = BuiltinOperator::fully_connected, .rule = Rule::with_weights, .per_channel = false},
    {.code = BuiltinOperator::transpose_conv, .rule = Rule::with_weights, .data = 2, .bias = 3},
    {.code = BuiltinOperator::unidirectional_sequence_lstm, .rule = Rule::recurrent},
    {.code = BuiltinOperator::softmax, .rule = Rule::fixed, .fixed_int8 = {1.0F / 256, -128}},
    {.code = BuiltinOperator::logistic, .rule = Rule::fixed, .fixed_int8 = {1.0F / 256, -128}},
    {.code = BuiltinOperator::tanh, .rule = Rule::fixed, .fixed_int8 = {1.0F / 128, 0}},
    {.code = BuiltinOperator::l2_normalization, .rule = Rule::fixed, .fixed_int8 = {1.0F / 128, 0}},
    {.code = BuiltinOperator::log_softmax, .rule = Rule::fixed, .fixed_int8 = {16.0F / 256, 127}},
    {.code = BuiltinOperator::average_pool_2d, .rule = Rule::same_scale},
    {.code = BuiltinOperator::max_pool_2d, .rule = Rule::same_scale},
    {.code = BuiltinOperator::reshape, .rule = Rule::same_scale},
    {.code = BuiltinOperator::squeeze, .rule = Rule::same_scale},
    {.code = BuiltinOperator::expand_dims, .rule = Rule::same_scale},
    {.code = BuiltinOperator::transpose, .rule = Rule::same_scale},
    // The converter gives it a scale of its own in front of a CONCATENATION, and codes that mean other numbers.
    {.code = BuiltinOperator::reverse_v2, .rule = Rule::same_scale},
    {.code = BuiltinOperator::pad, .rule = Rule::same_scale},
    {.code = BuiltinOperator::mirror_pad, .rule = Rule::same_scale},
    {.code = BuiltinOperator::slice, .rule = Rule::same_scale},
    {.code = BuiltinOperator::strided_slice, .rule = Rule::same_scale},
    {.code = BuiltinOperator::split, .rule = Rule::same_scale, .data = 1},
    {.code = BuiltinOperator::split_v, .rule = Rule::same_scale},
    {.code = BuiltinOperator::unpack, .rule = Rule::same_scale},
    {.code = BuiltinOperator::gather, .rule = Rule::same_scale},
    {.code = BuiltinOperator::fill, .rule = Rule::joined, .data = 1},
    {.code = BuiltinOperator::tile, .rule = Rule::same_scale},
    {.code = BuiltinOperator::reduce_max, .rule = Rule::same_scale},
    {.code = BuiltinOperator::reduce_min, .rule = Rule::same_scale},
    {.code = BuiltinOperator::resize_bilinear, .rule = Rule::same_scale},
    {.code = BuiltinOperator::resize_nearest_neighbor, .rule = Rule::same_scale},
    {.code = BuiltinOperator::space_to_batch_nd, .rule = Rule::same_scale},
    {.code = BuiltinOperator::batch_to_space_nd, .rule = Rule::same_scale},
    {.code = BuiltinOperator::depth_to_space, .rule = Rule::same_scale},
    {.code = BuiltinOperator::space_to_depth, .rule = Rule::same_scale},
    {.code = BuiltinOperator::concatenation, .rule = Rule::joined},
    {.code = BuiltinOperator::pack, .rule = Rule::joined},
    {.code = BuiltinOperator::maximum, .rule = Rule::joined},
    {.code = BuiltinOperator::minimum, .rule = Rule::joined},
    {.code = BuiltinOperator::add, .rule = Rule::free},
    {.code = BuiltinOperator::sub, .rule = Rule::free},
    {.code = BuiltinOperator::mul, .rule = Rule::free},
    {.code = BuiltinOperator::mean, .rule = Rule::free},
    {.code = BuiltinOperator::sum, .rule = Rule::free},
    {.code = BuiltinOperator::relu, .rule = Rule::free},
    {.code = BuiltinOperator::relu6, .rule = Rule::free},
    {.code = BuiltinOperator::leaky_relu, .rule = Rule::free},
    {.code = BuiltinOperator::prelu, .rule = Rule::free, .symmetric_operand = true},
    {.code = BuiltinOperator::hard_swish, .rule = Rule::free},
    {.code = BuiltinOperator::exp, .rule = Rule::free},
    {.code = BuiltinOperator::abs, .rule = Rule::free},
    {.code = BuiltinOperator::sqrt, .rule = Rule::free},
    {.code = BuiltinOperator::batch_matmul, .rule = Rule::free},
    {.code = BuiltinOperator::log, .rule = Rule::free},
    {.code = BuiltinOperator::rsqrt, .rule = Rule::free},
    {.code = BuiltinOperator::squared_difference, .rule = Rule::free},
    {.code = BuiltinOperator::shape, .rule = Rule::reads_any},
    {.code = BuiltinOperator::arg_max, .rule = Rule::reads_any},
    {.code = BuiltinOperator::arg_min, .rule = Rule::reads_any},
};

}  // namespace

const QuantizeRule* find_rule(BuiltinOperator code) {
  const auto* rule = std::ranges::find(kRules, code, &QuantizeRule::code);
  return rule == std::end(kRules) ? nullptr : rule;
}

}  // namespace mltk::quantize
