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
  /// `fixed_batch`: the model takes one sample at a time, else any number.
  explicit FloatGraph(const Graph& source, bool fixed_batch = false) : source_(source), fixed_batch_(fixed_batch) {}

  tflite::Subgraph& main() { return main_; }
  const tflite::Subgraph& main() const { return main_; }
  tflite::Tensor& tensor(std::int32_t index) { return main_.tensors[static_cast<std::size_t>(index)]; }
  const tflite::Tensor& tensor(std::int32_t index) const { return main_.tensors[static_cast<std::size_t>(index)]; }

  bool fixed_batch() const { return fixed_batch_; }

  /// An activation; a first axis of kBatch becomes 1, and unless the batch is fixed is open in the signature.
  std::int32_t add_activation(std::string name, const Shape& shape);
  /// An activation with the shape of another.
  std::int32_t add_like(std::int32_t index, std::string name);
  /// Integers that are computed when the model runs: shapes.
  std::int32_t add_integers(std::string name, const Shape& shape);
  std::int32_t add_constant(std::string name, const Shape& shape, std::vector<float> values);
  std::int32_t add_constant(std::string name, const Shape& shape, std::vector<std::int32_t> values);
  /// Other values under the name and shape of a float constant, which may have other users.
  std::int32_t add_constant_like(std::int32_t index, std::vector<float> values);

  bool is_constant(std::int32_t index) const { return index >= 0 && constants_.contains(index); }
  /// Values of a float constant.
  const std::vector<float>& floats(std::int32_t index) const { return constants_.at(index).floats; }
  /// Values of an integer constant.
  const std::vector<std::int32_t>& integers(std::int32_t index) const { return constants_.at(index).integers; }

  /// Number of operator inputs and graph outputs that read a tensor.
  int users(std::int32_t index) const;
  /// Operator that makes a tensor; -1: none.
  int producer(std::int32_t index) const;

  /// Put `op` in the place of operator `i`, whose outputs it makes.
  void put(std::size_t i, tflite::Operator op);
  /// Insert `op` in front of operator `i`.
  void insert(std::size_t i, tflite::Operator op);
  /// Everything that reads tensor `from` reads `to`.
  void replace(std::int32_t from, std::int32_t to);
  /// Erase operators whose outputs nothing reads.
  void erase_unused();

  /// As a model whose constants have buffers, still with tensors that nothing uses.
  tflite::Model finish(std::string description) const;

  const Graph& source() const { return source_; }

 private:
  struct Constant {
    std::vector<float> floats;
    std::vector<std::int32_t> integers;
  };
  const Graph& source_;
  bool fixed_batch_;
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
  /// The same with as many outputs as the node has, all of one shape.
  void emit_all(tflite::BuiltinOperator code, std::any options, std::vector<std::int32_t> inputs,
                std::string_view suffix);
  /// Axes that an operator reduces: a constant named "<layer>/<suffix>"; one axis is written as a number, not a list.
  std::int32_t add_axes(const std::vector<std::int64_t>& axes, std::string_view suffix);
  /// Add an operator that makes `output`, which it returns.
  std::int32_t add(tflite::BuiltinOperator code, std::any options, std::vector<std::int32_t> inputs,
                   std::int32_t output);
};

}  // namespace mltk::quantize
