#include "quantize/versions.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "quantize/rules.h"
#include "tflite/ops/depthwise_conv_2d.h"
#include "tflite/ops/fully_connected.h"
#include "tflite/ops/resize_bilinear.h"
#include "tflite/ops/resize_nearest_neighbor.h"
#include "tflite/ops/transpose_conv.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

/// Versions with float data, with int8 data, and of the older quantizer; 1, 2 and 2 where an operator is not listed.
struct Row {
  BuiltinOperator code;
  std::int32_t on_float;
  std::int32_t on_int8;
  std::int32_t old_quantizer;
};

constexpr Row kRows[] = {
    {BuiltinOperator::conv_2d, 1, 3, 3},
    {BuiltinOperator::depthwise_conv_2d, 1, 3, 3},
    {BuiltinOperator::fully_connected, 1, 4, 4},
    {BuiltinOperator::reshape, 1, 1, 1},
    {BuiltinOperator::expand_dims, 1, 1, 1},
    {BuiltinOperator::squeeze, 1, 1, 1},
    {BuiltinOperator::shape, 1, 1, 1},
    {BuiltinOperator::hard_swish, 1, 1, 1},
    {BuiltinOperator::prelu, 1, 1, 1},
    {BuiltinOperator::leaky_relu, 1, 1, 2},
    {BuiltinOperator::quantize, 1, 1, 2},
    {BuiltinOperator::tile, 1, 3, 3},
    {BuiltinOperator::reverse_v2, 1, 3, 3},
    {BuiltinOperator::fill, 1, 3, 3},
    {BuiltinOperator::unidirectional_sequence_lstm, 1, 1, 2},
};

class Chooser {
 public:
  Chooser(const tflite::Subgraph& subgraph, Versions versions) : subgraph_(subgraph), versions_(versions) {}

  std::int32_t operator()(const tflite::Operator& op) const {
    if (const std::int32_t special = by_options(op); special > 0) return special;
    const TensorType type = data(op).type;
    if (op.code == BuiltinOperator::dequantize) return type == TensorType::int8 ? 2 : 3;
    const bool int8 = type == TensorType::int8;
    if (versions_ != Versions::old_quantizer) {
      if (const std::int32_t special = by_types(op, int8); special > 0) return special;
    }
    const auto* row = std::ranges::find(kRows, op.code, &Row::code);
    const bool listed = row != std::end(kRows);
    if (versions_ == Versions::old_quantizer) return listed ? row->old_quantizer : 2;
    if (int8) return listed ? row->on_int8 : 2;
    return listed ? row->on_float : 1;
  }

 private:
  const tflite::Subgraph& subgraph_;
  Versions versions_;

  const tflite::Tensor& tensor(std::int32_t index) const { return subgraph_.tensors[static_cast<std::size_t>(index)]; }

  const tflite::Tensor& data(const tflite::Operator& op) const {
    const QuantizeRule* rule = find_rule(op.code);
    return tensor(op.inputs.at(rule == nullptr ? 0 : rule->data));
  }

  /// What an option alone asks for; 0: nothing.
  std::int32_t by_options(const tflite::Operator& op) const {
    if (const auto* transpose = std::any_cast<tflite::TransposeConvOptions>(&op.options)) {
      if (transpose->activation != tflite::Activation::none) return 4;
      if (op.inputs.size() > 3 && op.inputs[3] >= 0) return 3;
    }
    const auto* bilinear = std::any_cast<tflite::ResizeBilinearOptions>(&op.options);
    const auto* nearest = std::any_cast<tflite::ResizeNearestNeighborOptions>(&op.options);
    if ((bilinear != nullptr && bilinear->half_pixel_centers) || (nearest != nullptr && nearest->half_pixel_centers))
      return 3;
    const bool blocks = op.code == BuiltinOperator::space_to_batch_nd || op.code == BuiltinOperator::batch_to_space_nd;
    return blocks && tensor(op.inputs[0]).shape.size() == 3 ? 3 : 0;
  }

  /// What types ask for beyond the table; 0: nothing.
  std::int32_t by_types(const tflite::Operator& op, bool int8) const {
    if (op.code == BuiltinOperator::conv_2d) {
      if (is_hybrid(op)) return 5;
      return data(op).shape.back() != tensor(op.inputs[1]).shape.back() ? 6 : 0;
    }
    if (const auto* depthwise = std::any_cast<tflite::DepthwiseConv2dOptions>(&op.options)) {
      if (is_hybrid(op)) return 6;
      return !int8 && (depthwise->dilation_w > 1 || depthwise->dilation_h > 1) ? 2 : 0;
    }
    if (const auto* dense = std::any_cast<tflite::FullyConnectedOptions>(&op.options)) {
      if (is_hybrid(op)) return dense->asymmetric_quantize_inputs ? 9 : 3;
      return dense->keep_num_dims ? 5 : 0;
    }
    if (op.code == BuiltinOperator::mul && int8) {
      const auto scale = [&](std::int32_t index) {
        return static_cast<double>(tensor(index).quantization.scale.at(0));
      };
      return scale(op.inputs[0]) * scale(op.inputs[1]) / scale(op.outputs[0]) >= 1 ? 3 : 2;
    }
    if (op.code == BuiltinOperator::quantize && data(op).type == TensorType::int16) return 2;
    return 0;
  }

  /// int8 weights on float activations.
  bool is_hybrid(const tflite::Operator& op) const {
    return data(op).type == TensorType::float32 && tensor(op.inputs[1]).type == TensorType::int8;
  }
};

}  // namespace

void set_versions(tflite::Subgraph& subgraph, Versions versions) {
  const Chooser choose(subgraph, versions);
  std::map<BuiltinOperator, std::int32_t> highest;
  for (tflite::Operator& op : subgraph.operators) {
    op.version = choose(op);
    highest[op.code] = std::max(highest[op.code], op.version);
  }
  if (versions != Versions::dynamic_range) return;
  for (tflite::Operator& op : subgraph.operators) op.version = highest[op.code];
}

}  // namespace mltk::quantize
