#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "tflite/model.h"

namespace mltk::quantize {

/// A float .tflite model while it is made: tensors and operators that passes change in place. Tensors keep their
/// indices; `finish` drops what is not used.
class FloatGraph {
 public:
  explicit FloatGraph(const Graph& source) : source_(source) {}

  tflite::Subgraph& main() { return main_; }
  const tflite::Subgraph& main() const { return main_; }
  tflite::Tensor& tensor(std::int32_t index) { return main_.tensors[static_cast<std::size_t>(index)]; }
  const tflite::Tensor& tensor(std::int32_t index) const { return main_.tensors[static_cast<std::size_t>(index)]; }

  /// An activation; a first axis of kBatch becomes 1, open in the signature.
  std::int32_t add_activation(std::string name, const Shape& shape);
  std::int32_t add_constant(std::string name, const Shape& shape, std::vector<float> values);
  std::int32_t add_constant(std::string name, const Shape& shape, std::vector<std::int32_t> values);

  bool is_constant(std::int32_t index) const { return index >= 0 && constants_.contains(index); }
  /// Values of a float constant.
  std::vector<float>& floats(std::int32_t index) { return constants_.at(index).floats; }
  const std::vector<float>& floats(std::int32_t index) const { return constants_.at(index).floats; }

  /// Number of operator inputs and graph outputs that read a tensor.
  int users(std::int32_t index) const;
  /// Operator that makes a tensor; -1: none.
  int producer(std::int32_t index) const;

  /// As a model whose constants have buffers, still with tensors that nothing uses.
  tflite::Model finish(std::string description) const;

  const Graph& source() const { return source_; }

 private:
  struct Constant {
    std::vector<float> floats;
    std::vector<std::int32_t> integers;
  };
  const Graph& source_;
  tflite::Subgraph main_;
  std::map<std::int32_t, Constant> constants_;
};

/// Turns one graph operator into .tflite operators; one file each in quantize/lowerings/.
struct Lowering;
struct LoweringDef {
  std::string_view op;
  void (*lower)(Lowering& lowering);
};
std::span<const LoweringDef* const> lowering_table();

/// What a lowering works on.
struct Lowering {
  FloatGraph& graph;
  const Node& node;
  std::map<ValueId, std::int32_t>& tensors;    ///< of values that vary
  const std::map<ValueId, Tensor>& constants;  ///< of values that do not

  const Shape& shape(std::size_t input) const { return graph.source().shape(node.inputs[input]); }
  const Shape& output_shape() const { return graph.source().shape(node.outputs[0]); }
  bool is_constant(std::size_t input) const { return constants.contains(node.inputs[input]); }
  const Tensor& constant(std::size_t input) const { return constants.at(node.inputs[input]); }
  /// Tensor of an input; a constant is added under the name of the layer and `suffix`.
  std::int32_t input(std::size_t input, std::string_view suffix = "Const");
  /// "<layer>/<suffix>", what the converter calls a tensor.
  std::string name(std::string_view suffix) const;
  /// Add an operator whose output is the node's, and remember it.
  void emit(tflite::BuiltinOperator code, std::any options, std::vector<std::int32_t> inputs, std::string_view suffix);
};

}  // namespace mltk::quantize
