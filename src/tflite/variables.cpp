#include "tflite/variables.h"

#include <algorithm>

#include "tflite/op_def.h"
#include "tflite/ops/var_handle.h"
#include "tflite/ops/variables.h"

namespace mltk::tflite {
namespace {

std::string name_of(const Operator& op) {
  const auto options = options_as<VarHandleOptions>(op);
  return options.container + "/" + options.shared_name;
}

template <class Function>
void for_each_op(const Model& model, BuiltinOperator code, Function function) {
  for (const Subgraph& subgraph : model.subgraphs) {
    for (std::size_t i = 0; i < subgraph.operators.size(); ++i) {
      if (subgraph.operators[i].code == code) function(OpContext(model, subgraph, i));
    }
  }
}

}  // namespace

std::string variable_of(const OpContext& op) {
  const Tensor& handle = op.input(0);
  if (handle.type != TensorType::resource) op.fail_types();
  for (const Operator& other : op.subgraph().operators) {
    if (other.code == BuiltinOperator::var_handle && std::ranges::count(other.outputs, op.op().inputs[0]) > 0) {
      return name_of(other);
    }
  }
  op.fail("the variable '{}' is no result of a VAR_HANDLE of the same subgraph.", handle.name);
}

VariableSlot variable_slot(const OpContext& op, const Tensor& value) {
  const std::string name = variable_of(op);
  const auto variables = variables_of(op.model());
  const auto known = std::ranges::find(variables, name, &Variable::name);
  if (known == variables.end()) op.fail("nothing assigns the variable '{}'.", name);
  if (known->bytes != byte_size(value)) {
    op.fail("the variable '{}' has {} bytes; '{}' has {}.", name, known->bytes, value.name, byte_size(value));
  }
  return {op.places().variables.at(name), static_cast<std::size_t>(known->bytes)};
}

std::vector<Variable> variables_of(const Model& model) {
  std::vector<Variable> variables;
  for_each_op(model, BuiltinOperator::assign_variable, [&](const OpContext& op) {
    const std::string name = variable_of(op);
    const Tensor& value = op.input(1);
    const auto known = std::ranges::find(variables, name, &Variable::name);
    if (known != variables.end()) {
      if (known->bytes != byte_size(value)) {
        op.fail("the variable '{}' has {} bytes; '{}' has {}.", name, known->bytes, value.name, byte_size(value));
      }
      return;
    }
    const auto& zero_point = value.quantization.zero_point;
    variables.push_back({name, byte_size(value), static_cast<std::uint8_t>(zero_point.empty() ? 0 : zero_point[0])});
  });
  return variables;
}

std::vector<std::string> variable_names(const Model& model) {
  std::vector<std::string> names;
  for_each_op(model, BuiltinOperator::var_handle, [&](const OpContext& op) {
    if (std::ranges::count(names, name_of(op.op())) == 0) names.push_back(name_of(op.op()));
  });
  return names;
}

}  // namespace mltk::tflite
