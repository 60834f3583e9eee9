#include "quantize/float_graph.h"

#include <algorithm>

namespace mltk::quantize {
namespace {

std::vector<std::uint8_t> bytes_of(const auto& values) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(values.data());
  return {data, data + values.size() * sizeof(values[0])};
}

tflite::Tensor make_tensor(std::string name, tflite::TensorType type, const Shape& shape, bool fixed_batch) {
  tflite::Tensor tensor{.name = std::move(name), .type = type, .has_rank = true};
  for (const std::int64_t size : shape) tensor.shape.push_back(static_cast<std::int32_t>(size == kBatch ? 1 : size));
  if (shape.batched() && !fixed_batch) {
    tensor.shape_signature = tensor.shape;
    tensor.shape_signature[0] = -1;
  }
  return tensor;
}

}  // namespace

std::int32_t FloatGraph::add_activation(std::string name, const Shape& shape) {
  main_.tensors.push_back(make_tensor(std::move(name), tflite::TensorType::float32, shape, fixed_batch_));
  return static_cast<std::int32_t>(main_.tensors.size() - 1);
}

std::int32_t FloatGraph::add_like(std::int32_t index, std::string name) {
  tflite::Tensor added = tensor(index);
  added.name = std::move(name);
  main_.tensors.push_back(std::move(added));
  return static_cast<std::int32_t>(main_.tensors.size() - 1);
}

std::int32_t FloatGraph::add_integers(std::string name, const Shape& shape) {
  const std::int32_t index = add_activation(std::move(name), shape);
  tensor(index).type = tflite::TensorType::int32;
  return index;
}

std::int32_t FloatGraph::add_constant(std::string name, const Shape& shape, std::vector<float> values) {
  const std::int32_t index = add_activation(std::move(name), shape);
  constants_[index] = {.floats = std::move(values), .integers = {}};
  return index;
}

std::int32_t FloatGraph::add_constant(std::string name, const Shape& shape, std::vector<std::int32_t> values) {
  const std::int32_t index = add_activation(std::move(name), shape);
  tensor(index).type = tflite::TensorType::int32;
  constants_[index] = {.floats = {}, .integers = std::move(values)};
  return index;
}

std::int32_t FloatGraph::add_constant_like(std::int32_t index, std::vector<float> values) {
  const std::int32_t added = add_like(index, tensor(index).name);
  constants_[added] = {.floats = std::move(values), .integers = {}};
  return added;
}

int FloatGraph::users(std::int32_t index) const {
  auto count = static_cast<int>(std::ranges::count(main_.outputs, index));
  for (const tflite::Operator& op : main_.operators) count += static_cast<int>(std::ranges::count(op.inputs, index));
  return count;
}

int FloatGraph::producer(std::int32_t index) const {
  for (std::size_t i = 0; i < main_.operators.size(); ++i) {
    if (std::ranges::find(main_.operators[i].outputs, index) != main_.operators[i].outputs.end())
      return static_cast<int>(i);
  }
  return -1;
}

void FloatGraph::put(std::size_t i, tflite::Operator op) {
  op.outputs = main_.operators[i].outputs;
  main_.operators[i] = std::move(op);
}

void FloatGraph::insert(std::size_t i, tflite::Operator op) {
  main_.operators.insert(main_.operators.begin() + static_cast<std::ptrdiff_t>(i), std::move(op));
}

void FloatGraph::replace(std::int32_t from, std::int32_t to) {
  for (tflite::Operator& op : main_.operators) std::ranges::replace(op.inputs, from, to);
  std::ranges::replace(main_.outputs, from, to);
}

void FloatGraph::erase_unused() {
  for (std::size_t i = main_.operators.size(); i-- > 0;) {
    const auto& outputs = main_.operators[i].outputs;
    if (std::ranges::none_of(outputs, [this](std::int32_t output) { return users(output) > 0; }))
      main_.operators.erase(main_.operators.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

tflite::Model FloatGraph::finish(std::string description) const {
  tflite::Model model{.description = std::move(description)};
  model.subgraphs.push_back(main_);
  model.subgraphs[0].name = "main";
  for (const auto& [index, constant] : constants_) {
    model.subgraphs[0].tensors[static_cast<std::size_t>(index)].buffer =
        static_cast<std::uint32_t>(model.buffers.size());
    model.buffers.push_back(constant.floats.empty() ? bytes_of(constant.integers) : bytes_of(constant.floats));
  }
  return model;
}

std::int32_t Lowering::input(std::size_t input, std::string_view suffix) {
  const ValueId id = node.inputs[input];
  if (const auto found = tensors.find(id); found != tensors.end()) return found->second;
  const Tensor& value = constants.at(id);
  return graph.add_constant(name(suffix), value.shape(),
                            std::vector(value.as<float>().begin(), value.as<float>().end()));
}

std::string Lowering::name(std::string_view suffix) const {
  return node.scope.layer.empty() ? std::string(suffix) : fmt::format("{}/{}", node.scope.layer, suffix);
}

void Lowering::emit(tflite::BuiltinOperator code, std::any options, std::vector<std::int32_t> inputs,
                    std::string_view suffix) {
  const std::int32_t output = graph.add_activation(name(suffix), output_shape());
  tensors[node.outputs[0]] = add(code, std::move(options), std::move(inputs), output);
}

void Lowering::emit_all(tflite::BuiltinOperator code, std::any options, std::vector<std::int32_t> inputs,
                        std::string_view suffix) {
  tflite::Operator op{.code = code, .options = std::move(options), .inputs = std::move(inputs), .outputs = {}};
  for (const ValueId output : node.outputs) {
    tensors[output] = graph.add_activation(name(suffix), output_shape());
    op.outputs.push_back(tensors[output]);
  }
  graph.main().operators.push_back(std::move(op));
}

std::int32_t Lowering::add_axes(const std::vector<std::int64_t>& axes, std::string_view suffix) {
  const Shape shape = axes.size() == 1 ? Shape{} : Shape{static_cast<std::int64_t>(axes.size())};
  return graph.add_constant(name(suffix), shape, std::vector<std::int32_t>(axes.begin(), axes.end()));
}

std::int32_t Lowering::add(tflite::BuiltinOperator code, std::any options, std::vector<std::int32_t> inputs,
                           std::int32_t output) {
  graph.main().operators.push_back(
      {.code = code, .options = std::move(options), .inputs = std::move(inputs), .outputs = {output}});
  return output;
}

}  // namespace mltk::quantize
