#include "graph/graph.h"

namespace mltk {

std::string to_string(const SourceLocation& location) {
  return location.file.empty() ? "" : fmt::format("{}:{}", location.file, location.line);
}

ValueId Graph::add_value(Value value) {
  values_.push_back(std::move(value));
  return {static_cast<std::int32_t>(values_.size() - 1)};
}

ValueId Graph::add_input(std::string name, ValueType type) {
  const ValueId id = add_value({.type = std::move(type), .kind = ValueKind::input, .name = std::move(name)});
  inputs_.push_back(id);
  return id;
}

ValueId Graph::add_variable(std::shared_ptr<Variable> variable) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].kind == ValueKind::variable && values_[i].variable == variable) {
      return {static_cast<std::int32_t>(i)};
    }
  }
  const ValueType type{variable->value.dtype(), variable->value.shape()};
  const std::string name = variable->name;
  return add_value({.type = type, .kind = ValueKind::variable, .name = name, .variable = std::move(variable)});
}

ValueId Graph::add_constant(Tensor tensor) {
  const ValueType type{tensor.dtype(), tensor.shape()};
  return add_value({.type = type, .kind = ValueKind::constant, .constant = std::move(tensor)});
}

std::vector<ValueId> Graph::add_node(const OpDef& op, std::any attributes, std::vector<ValueId> inputs) {
  std::vector<ValueType> input_types;
  for (const ValueId input : inputs) input_types.push_back((*this)[input].type);
  std::vector<ValueType> output_types;
  try {
    output_types = op.infer(attributes, input_types);
  } catch (Error& error) {
    const std::string where = to_string(scope_.source);
    if (!scope_.layer.empty()) {
      error.add_note(fmt::format("in layer '{}'{}{}", scope_.layer, where.empty() ? "" : ", ", where));
    }
    throw;
  }

  const NodeId id{static_cast<std::int32_t>(nodes_.size())};
  std::vector<ValueId> outputs;
  for (ValueType& type : output_types) outputs.push_back(add_value({.type = std::move(type), .producer = id}));
  nodes_.push_back({&op, std::move(attributes), std::move(inputs), outputs, scope_});
  return outputs;
}

void Graph::add_update(std::shared_ptr<Variable> variable, ValueId value) {
  MLTK_ASSERT(shape(value) == variable->value.shape());
  updates_.push_back({std::move(variable), value});
}

const Node* Graph::producer(ValueId id) const {
  const Value& value = (*this)[id];
  return value.producer.valid() ? &(*this)[value.producer] : nullptr;
}

std::string to_string(const Graph& graph) {
  std::string text;
  for (const Node& node : graph.nodes()) {
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      text += fmt::format("{}%{}", i == 0 ? "" : ", ", node.outputs[i].index);
    }
    text += fmt::format(" = {}(", node.op->name);
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const Value& input = graph[node.inputs[i]];
      text += i == 0 ? "" : ", ";
      text += input.name.empty() ? fmt::format("%{}", node.inputs[i].index) : input.name;
    }
    text += ")";
    for (const ValueId output : node.outputs) text += " " + to_string(graph.shape(output));
    if (!node.scope.layer.empty()) text += "  # " + node.scope.layer;
    text += "\n";
  }
  return text;
}

void verify(const Graph& graph) {
  const auto count = static_cast<std::int32_t>(graph.values().size());
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    std::vector<ValueType> types;
    for (const ValueId input : node.inputs) {
      MLTK_ASSERT(input.index >= 0 && input.index < count);
      MLTK_ASSERT(graph[input].producer.index < static_cast<std::int32_t>(i));
      types.push_back(graph[input].type);
    }
    const std::vector<ValueType> outputs = node.op->infer(node.attributes, types);
    MLTK_ASSERT(outputs.size() == node.outputs.size());
    for (std::size_t k = 0; k < outputs.size(); ++k) MLTK_ASSERT(outputs[k] == graph[node.outputs[k]].type);
  }
  for (const ValueId output : graph.outputs()) MLTK_ASSERT(output.index >= 0 && output.index < count);
}

}  // namespace mltk
