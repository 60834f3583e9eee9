#include "tflite/op_def.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "tflite/options_io.h"

namespace mltk::tflite {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace

const Tensor* OpContext::optional_input(std::size_t i) const {
  if (i >= op().inputs.size() || op().inputs[i] < 0) return nullptr;
  return &subgraph_.tensors[static_cast<std::size_t>(op().inputs[i])];
}

const Tensor& OpContext::input(std::size_t i) const {
  const Tensor* tensor = optional_input(i);
  if (tensor == nullptr) fail("input {} is missing; the operator has {} inputs.", i, op().inputs.size());
  return *tensor;
}

const Tensor& OpContext::output(std::size_t i) const {
  if (i >= op().outputs.size()) fail("output {} is missing; the operator has {} outputs.", i, op().outputs.size());
  return subgraph_.tensors[static_cast<std::size_t>(op().outputs[i])];
}

const Tensor& OpContext::intermediate(std::size_t i) const {
  if (i >= op().intermediates.size()) {
    fail("intermediate tensor {} is missing; the operator has {}.", i, op().intermediates.size());
  }
  return subgraph_.tensors[static_cast<std::size_t>(op().intermediates[i])];
}

std::size_t OpContext::input_slot(std::size_t i) const {
  return optional_input(i) == nullptr ? std::numeric_limits<std::size_t>::max()
                                      : first_tensor_ + static_cast<std::size_t>(op().inputs[i]);
}

std::size_t OpContext::output_slot(std::size_t i) const {
  static_cast<void>(output(i));
  return first_tensor_ + static_cast<std::size_t>(op().outputs[i]);
}

const Places& OpContext::places() const {
  if (places_ == nullptr) fail("it runs only as a part of its model.");
  return *places_;
}

std::vector<std::int32_t> OpContext::constant_int32(std::size_t i) const {
  const Tensor& tensor = input(i);
  if (tensor.type != TensorType::int32 || !is_constant(tensor)) {
    fail("input {} '{}' must be a constant of int32; it is {} of {}.", i, tensor.name,
         is_constant(tensor) ? "a constant" : "computed", to_string(tensor.type));
  }
  const auto& bytes = model_.buffer_of(tensor);
  std::vector<std::int32_t> values(bytes.size() / sizeof(std::int32_t));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(std::int32_t));
  return values;
}

std::vector<std::int64_t> OpContext::constant_integers(std::size_t i) const {
  if (input(i).type != TensorType::int64 || !is_constant(input(i))) {
    const std::vector<std::int32_t> values = constant_int32(i);
    return {values.begin(), values.end()};
  }
  const auto& bytes = model_.buffer_of(input(i));
  std::vector<std::int64_t> values(bytes.size() / sizeof(std::int64_t));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(std::int64_t));
  return values;
}

std::string OpContext::where() const {
  const std::string name = op().code == BuiltinOperator::custom ? op().custom_code : to_string(op().code);
  const std::string output =
      op().outputs.empty() ? "" : subgraph_.tensors[static_cast<std::size_t>(op().outputs[0])].name;
  return fmt::format("{} '{}' (operator {})", name, output, index_);
}

void OpContext::fail_types() const {
  std::vector<std::string_view> types;
  for (std::size_t i = 0; i < op().inputs.size(); ++i) {
    const Tensor* tensor = optional_input(i);
    types.push_back(tensor == nullptr ? "none" : to_string(tensor->type));
  }
  std::vector<std::string_view> results;
  for (const std::int32_t i : op().outputs)
    results.push_back(to_string(subgraph_.tensors[static_cast<std::size_t>(i)].type));
  mltk::fail(ErrorKind::unsupported, "{}: version {} with {} -> {} cannot run; there is no kernel for these types.",
             where(), op().version, fmt::join(types, ", "), fmt::join(results, ", "));
}

const OpDef* find_op(const Operator& op) {
  const bool custom = op.code == BuiltinOperator::custom;
  for (const OpDef* def : op_table()) {
    if (def->code == op.code && (!custom || def->custom_code == op.custom_code)) return def;
  }
  return nullptr;
}

const OpDef* find_op(BuiltinOperator code) { return find_op(Operator{.code = code}); }

std::int64_t state_bytes(const OpContext& op) {
  const OpDef* def = find_op(op.op());
  return def == nullptr || def->state == nullptr ? 0 : def->state(op);
}

std::uint8_t options_type_of(const Operator& op) {
  if (const auto* opaque = std::any_cast<OpaqueOptions>(&op.options)) return opaque->type;
  const OpDef* def = find_op(op);
  return op.options.has_value() && def != nullptr && def->options != nullptr ? def->options->type : std::uint8_t{0};
}

std::vector<OptionField> options_of(const Operator& op) {
  const OpDef* def = find_op(op);
  if (def == nullptr || def->options == nullptr || std::any_cast<OpaqueOptions>(&op.options) != nullptr) return {};
  return def->options->list(op.options);
}

std::string options_text(const Operator& op) {
  const OpDef* def = find_op(op);
  if (def != nullptr && def->options_text != nullptr) return def->options_text(op);
  return "Type=" + lower(options_type_name(options_type_of(op)));
}

OpCost cost_of(const OpContext& op) {
  const OpDef* def = find_op(op.op());
  return def == nullptr || def->cost == nullptr ? OpCost{} : def->cost(op);
}

KernelParameters parameters_of(const OpContext& op) {
  const OpDef* def = find_op(op.op());
  return def == nullptr || def->parameters == nullptr ? KernelParameters{} : def->parameters(op);
}

namespace {

constexpr std::array<std::pair<DeviceKernels, std::string_view>, 4> kKernelNames = {{
    {DeviceKernels::reference, "reference"},
    {DeviceKernels::cmsis_nn_c, "cmsis-nn-c"},
    {DeviceKernels::cmsis_nn, "cmsis-nn"},
    {DeviceKernels::cmsis_nn_mve, "cmsis-nn-mve"},
}};

}  // namespace

std::string_view to_string(DeviceKernels kernels) { return kKernelNames[static_cast<std::size_t>(kernels)].second; }

DeviceKernels device_kernels(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& [kernels, known] : kKernelNames) {
    if (known == name) return kernels;
    names.push_back(known);
  }
  fail(ErrorKind::invalid_argument, "there are no kernels '{}'; the names are {}", name, fmt::join(names, ", "));
}

KernelMemory memory_of(const OpContext& op, DeviceKernels kernels) {
  const OpDef& def = *find_op(op.op());
  if (kernels != DeviceKernels::reference && def.cmsis_nn != nullptr) return def.cmsis_nn(op, kernels);
  KernelMemory memory{.data = def.init_data == nullptr ? def.data : def.init_data(op)};
  if (def.arrays != nullptr) memory.arrays = def.arrays(op);
  if (def.scratch != nullptr) memory.scratch = def.scratch(op);
  return memory;
}

std::vector<int> operands_opened(const OpContext& op, DeviceKernels kernels) {
  const OpDef& def = *find_op(op.op());
  if (def.opened != nullptr) return def.opened(op, kernels);
  std::vector<int> operands;
  for (std::size_t i = 0; i < op.input_count(); ++i) operands.push_back(static_cast<int>(i));
  for (std::size_t i = 0; i < op.output_count(); ++i) operands.push_back(~static_cast<int>(i));
  return operands;
}

}  // namespace mltk::tflite
