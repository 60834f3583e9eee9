#pragma once

#include <any>
#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "tensor/tensor.h"

namespace mltk {

/// The one description of a model: the graph that is trained is the graph that is quantized, evaluated and shipped.
///
/// Values have static shapes, channels last; a first axis of kBatch is the batch. Nodes are stored in an order in
/// which every input stands before its users. Nodes and values live in the graph and are named by small ids.

struct ValueId {
  std::int32_t index = -1;
  bool valid() const { return index >= 0; }
  auto operator<=>(const ValueId&) const = default;
};

struct NodeId {
  std::int32_t index = -1;
  bool valid() const { return index >= 0; }
  auto operator<=>(const NodeId&) const = default;
};

struct ValueType {
  DType dtype = DType::float32;
  Shape shape;
  bool batched() const { return shape.batched(); }
  bool operator==(const ValueType&) const = default;
};

/// Where in the user's specification something was written.
struct SourceLocation {
  std::string file;
  int line = 0;
  bool operator==(const SourceLocation&) const = default;
};

/// "spec.py:12", or "" when unknown.
std::string to_string(const SourceLocation& location);

/// A tensor that outlives a step: a weight, a moving average. Shared by the layer that made it, the model and every
/// graph built from them, which is why it is held by shared_ptr.
struct Variable {
  std::string name;  ///< Keras' name, "conv2d/kernel:0"
  Tensor value;
  bool trainable = true;
  /// Brings the value back into its limits after each update; empty: there are none.
  std::function<void(Tensor&)> constraint = {};
};

enum class ValueKind : std::uint8_t {
  input,     ///< fed at each step
  variable,  ///< a Variable
  constant,  ///< a Tensor in the graph
  result,    ///< made by a node
};

struct Value {
  ValueType type;
  ValueKind kind = ValueKind::result;
  std::string name;                    ///< of inputs and variables
  NodeId producer;                     ///< of results
  std::shared_ptr<Variable> variable;  ///< of variables
  Tensor constant;                     ///< of constants
};

/// The layer that a node belongs to, for names in .tflite files and for messages.
struct Scope {
  std::string layer;  ///< "conv2d", or "outer/inner/conv2d" inside a nested model
  SourceLocation source;
};

struct OpDef;

struct Node {
  const OpDef* op = nullptr;
  std::any attributes;  ///< the op's own struct, see graph/ops/<op>.h; empty when it has none
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  Scope scope;

  template <class Attributes>
  const Attributes& as() const {
    return *std::any_cast<Attributes>(&attributes);
  }
};

class Graph;

/// How the partial results of the slices of a batch become one (see OpDef::combine).
///
/// `partials` are the outputs of the node for each slice that holds samples, in slice order, `samples` the number of
/// samples in each; `results` receives the outputs for the whole batch. Must work in a fixed order.
using CombineFunction = void (*)(const Node& node, std::span<const std::vector<std::span<const float>>> partials,
                                 std::span<const std::int64_t> samples, std::span<const std::span<float>> results);

/// One operator: its name, shape rule and gradient rule. One file each in graph/ops/.
struct OpDef {
  std::string_view name;

  /// The types of the outputs. Throws Error(invalid_argument) that names shapes when the inputs do not fit.
  std::vector<ValueType> (*infer)(const std::any& attributes, std::span<const ValueType> inputs) = nullptr;

  /// Given the gradients of the node's outputs (invalid where none flows), add nodes that compute the gradients of
  /// its inputs, in their order; invalid where an input has none. Null: the op has no gradient, none flows.
  std::vector<ValueId> (*gradient)(Graph& graph, NodeId node, std::span<const ValueId> output_gradients) = nullptr;

  /// A node with a batched input and outputs that are not batched reduces over the batch: the executor runs it on
  /// slices of the batch and combines the partial results with this. Null: they are added up.
  CombineFunction combine = nullptr;
};

/// All operators: the table generated from graph/ops/CMakeLists.txt.
std::span<const OpDef* const> op_table();

/// An update of a variable at the end of a step.
struct VariableUpdate {
  std::shared_ptr<Variable> variable;
  ValueId value;
};

class Graph {
 public:
  ValueId add_input(std::string name, ValueType type);
  /// The value of a variable; the same id for the same variable.
  ValueId add_variable(std::shared_ptr<Variable> variable);
  ValueId add_constant(Tensor tensor);
  ValueId add_scalar(float value) { return add_constant(Tensor(Shape{}, {value})); }

  /// Add a node and return its outputs. The op's shape rule checks the inputs; its error gets a note with the layer
  /// and the line of the specification.
  std::vector<ValueId> add_node(const OpDef& op, std::any attributes, std::vector<ValueId> inputs);

  /// Assign `value` to `variable` when the step ends.
  void add_update(std::shared_ptr<Variable> variable, ValueId value);

  /// A scalar that training adds to the loss. Graphs that are deployed have none.
  void add_penalty(ValueId scalar) { penalties_.push_back(scalar); }
  /// A graph that is only converted: layers may use operators that cannot be trained.
  void set_deployed() { deployed_ = true; }
  bool deployed() const { return deployed_; }
  void collect_penalties() { collects_penalties_ = true; }
  bool collects_penalties() const { return collects_penalties_; }

  /// Keras' mask of a value [N, T, ...]: [N, T] or with more axes of it, 1 where it counts and 0 where it does not.
  /// Layers and losses ask for it; it changes nothing by itself.
  void set_mask(ValueId value, ValueId mask) { masks_[value.index] = mask; }
  /// Invalid: all of the value counts.
  ValueId mask(ValueId value) const {
    const auto found = masks_.find(value.index);
    return found == masks_.end() ? ValueId{} : found->second;
  }

  void set_outputs(std::vector<ValueId> outputs) { outputs_ = std::move(outputs); }

  const Value& operator[](ValueId id) const { return values_[static_cast<std::size_t>(id.index)]; }
  const Node& operator[](NodeId id) const { return nodes_[static_cast<std::size_t>(id.index)]; }
  const Shape& shape(ValueId id) const { return (*this)[id].type.shape; }
  /// The node that makes the value; null for inputs, variables and constants.
  const Node* producer(ValueId id) const;

  const std::deque<Value>& values() const { return values_; }
  const std::deque<Node>& nodes() const { return nodes_; }
  std::span<const ValueId> inputs() const { return inputs_; }
  std::span<const ValueId> outputs() const { return outputs_; }
  std::span<const VariableUpdate> updates() const { return updates_; }
  std::span<const ValueId> penalties() const { return penalties_; }

  /// The scope that new nodes get.
  const Scope& scope() const { return scope_; }
  void set_scope(Scope scope) { scope_ = std::move(scope); }

 private:
  // Deques: a reference to a value, a node or a shape stays good while nodes are added.
  std::deque<Value> values_;
  std::deque<Node> nodes_;
  std::vector<ValueId> inputs_;
  std::vector<ValueId> outputs_;
  std::vector<VariableUpdate> updates_;
  std::vector<ValueId> penalties_;
  std::map<std::int32_t, ValueId> masks_;
  bool collects_penalties_ = false;
  bool deployed_ = false;
  Scope scope_;

  ValueId add_value(Value value);
};

/// Sets the scope of a graph for the length of a block.
class ScopeGuard {
 public:
  ScopeGuard(Graph& graph, Scope scope) : graph_(graph), before_(graph.scope()) { graph.set_scope(std::move(scope)); }
  ~ScopeGuard() { graph_.set_scope(std::move(before_)); }
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;

 private:
  Graph& graph_;
  Scope before_;
};

/// One line a node, for people: "%5 = conv_2d(%3, %4) (None, 8, 8, 16)  # conv2d, spec.py:12".
std::string to_string(const Graph& graph);

/// Check what every pass must keep: ids in range, inputs before users, types as the shape rules say.
/// Throws Error(internal).
void verify(const Graph& graph);

}  // namespace mltk
