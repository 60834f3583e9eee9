#include "spec/network_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>
#include <span>

#include "base/format.h"
#include "tflite/op_def.h"
#include "tflite/parameters.h"

namespace mltk {
namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const decltype(tflite::OptionField::second)& value) {
  return std::visit(
      []<class T>(const T& one) -> std::string {
        if constexpr (std::is_same_v<T, std::vector<std::int32_t>>)
          return fmt::format("{}", fmt::join(one, ", "));
        else
          return fmt::format("{}", one);
      },
      value);
}

/// An option as text; activations and paddings, which the file numbers, by name.
std::string option_text(const tflite::OptionField& option) {
  constexpr auto kActivations =
      std::to_array<std::string_view>({"", "relu", "relu_n1_to_1", "relu6", "tanh", "sign_bit"});
  constexpr auto kPaddings = std::to_array<std::string_view>({"same", "valid"});
  const auto& [key, value] = option;
  const auto named = [&](std::span<const std::string_view> names) {
    return std::string(names[static_cast<std::size_t>(std::get<std::int64_t>(value))]);
  };
  if (std::holds_alternative<std::int64_t>(value)) {
    if (key == "activation") return named(kActivations);
    if (key == "padding") return named(kPaddings);
  }
  return text_of(value);
}

/// "0.0235 * (q + 128)", or how many scales there are.
std::string quantization_text(const tflite::Quantization& quantization) {
  const auto& [scale, zero_point, least, most, dimension] = quantization;
  if (scale.empty()) return "";
  if (scale.size() > 1) {
    const auto [smallest, largest] = std::minmax_element(scale.begin(), scale.end());
    return fmt::format("{} scales, {:.4g} to {:.4g}, along axis {}", scale.size(), *smallest, *largest, dimension);
  }
  const std::int64_t zero = zero_point.empty() ? 0 : zero_point[0];
  if (zero == 0) return fmt::format("{:.6g} * q", scale[0]);
  return fmt::format("{:.6g} * (q {} {})", scale[0], zero < 0 ? '+' : '-', zero < 0 ? -zero : zero);
}

NetworkTensor describe(const tflite::Tensor& tensor) {
  const std::string shape = tflite::shape_text(tensor.shape);
  return {.name = tensor.name,
          .type = fmt::format("{}{}{}", to_string(tensor.type), shape.empty() ? "" : " ", shape),
          .quantization = quantization_text(tensor.quantization)};
}

/// What an operator calls its input, where that has a name.
std::string role_of(const tflite::Operator& op, std::size_t input) {
  using Code = tflite::BuiltinOperator;
  if (op.code == Code::conv_2d || op.code == Code::depthwise_conv_2d || op.code == Code::fully_connected) {
    return std::to_array<std::string>({"input", "filter", "bias"}).at(std::min<std::size_t>(input, 2));
  }
  return fmt::format("input {}", input);
}

NetworkWeight weight_of(const tflite::Model& model, const tflite::Tensor& tensor, std::string role) {
  NetworkWeight weight{.role = std::move(role),
                       .tensor = describe(tensor),
                       .shape = tflite::shape_text(tensor.shape),
                       .histogram = {},
                       .values = {}};
  describe_values(weight, tflite::numbers_of(tensor, model.buffer_of(tensor)));
  return weight;
}

NetworkNode node_of(const tflite::Model& model, const tflite::Subgraph& subgraph, std::size_t index) {
  const tflite::Operator& op = subgraph.operators[index];
  NetworkNode node;
  node.title = op.code == tflite::BuiltinOperator::custom ? op.custom_code : tflite::to_string(op.code);
  node.family = family_of(node.title);
  node.attributes = {{"index", fmt::format("{}", index)}, {"version", fmt::format("{}", op.version)}};
  for (const tflite::OptionField& option : tflite::options_of(op)) {
    node.attributes.emplace_back(option.first, option_text(option));
  }
  const tflite::OpCost cost = cost_of(tflite::OpContext(model, subgraph, index));
  if (cost.macs > 0) node.attributes.emplace_back("MACs", format_units(static_cast<double>(cost.macs)));
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    if (op.inputs[i] < 0) continue;
    const auto tensor = static_cast<std::size_t>(op.inputs[i]);
    if (model.buffer_of(subgraph.tensors[tensor]).empty()) {
      node.inputs.push_back(tensor);
    } else {
      node.weights.push_back(weight_of(model, subgraph.tensors[tensor], role_of(op, i)));
    }
  }
  for (const std::int32_t output : op.outputs) node.outputs.push_back(static_cast<std::size_t>(output));
  return node;
}

/// "tanh" for a string, the class of an initializer, JSON for the rest; empty for nothing.
std::string text_of(const keras::Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_object() && value.contains("class_name")) return value["class_name"].get<std::string>();
  return value.dump();
}

Attributes attributes_of(const keras::Layer& layer) {
  constexpr auto kLeftOut =
      std::to_array<std::string_view>({"name", "trainable", "dtype", "batch_input_shape", "layers"});
  Attributes attributes;
  if (layer.model() != nullptr) {
    for (const auto& inner : layer.model()->layers()) attributes.emplace_back(inner->name(), inner->class_name());
    return attributes;
  }
  const keras::Json config = layer.config();
  for (const auto& [key, value] : config.items()) {
    const std::string text = text_of(value);
    if (std::ranges::find(kLeftOut, key) == kLeftOut.end() && !text.empty()) attributes.emplace_back(key, text);
  }
  return attributes;
}

std::vector<NetworkWeight> weights_of(const keras::Layer& layer) {
  std::vector<NetworkWeight> weights;
  for (const auto& variable : layer.weights()) {
    std::string role = variable->name.substr(variable->name.rfind('/') + 1);
    role = role.substr(0, role.find(':'));
    NetworkWeight weight{.role = std::move(role),
                         .tensor = {variable->name, fmt::format("float32 {}", to_string(variable->value.shape())), ""},
                         .shape = fmt::format("{}", fmt::join(variable->value.shape(), "x")),
                         .histogram = {},
                         .values = {}};
    const auto values = variable->value.as<float>();
    describe_values(weight, std::vector<double>(values.begin(), values.end()));
    weights.push_back(std::move(weight));
  }
  return weights;
}

std::string count_text(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

Network describe_network(const tflite::Model& model, const std::string& name) {
  const tflite::Subgraph& main = model.subgraphs.at(0);
  Network network;
  network.name = name;
  for (const tflite::Tensor& tensor : main.tensors) network.tensors.push_back(describe(tensor));
  std::int64_t macs = 0;
  std::int64_t constants = 0;
  for (std::size_t i = 0; i < main.operators.size(); ++i) {
    network.nodes.push_back(node_of(model, main, i));
    macs += cost_of(tflite::OpContext(model, main, i)).macs;
  }
  for (const auto& buffer : model.buffers) constants += static_cast<std::int64_t>(buffer.size());
  for (const std::int32_t tensor : main.inputs) network.inputs.push_back(static_cast<std::size_t>(tensor));
  for (const std::int32_t tensor : main.outputs) network.outputs.push_back(static_cast<std::size_t>(tensor));
  network.facts = {{"Format", fmt::format("TensorFlow Lite, version {}", model.version)},
                   {"Description", model.description},
                   {"Size", fmt::format("{}, {}B of constants",
                                        count_text(static_cast<std::int64_t>(main.operators.size()), "operator"),
                                        format_units(static_cast<double>(constants)))},
                   {"MACs", format_units(static_cast<double>(macs))}};
  if (model.subgraphs.size() > 1) {
    network.facts.emplace_back("Subgraphs", fmt::format("{}; the first one is shown", model.subgraphs.size()));
  }
  const tflite::Parameters parameters = tflite::read_parameters(model);
  for (const auto& [key, value] : parameters.entries()) network.facts.emplace_back(key, tflite::to_text(value));
  return network;
}

Network describe_network(const keras::Model& model) {
  Network network;
  network.name = model.name();
  std::map<std::pair<const keras::LayerCall*, std::size_t>, std::size_t> places;
  const auto add = [&](const keras::LayerCall* call, std::size_t index, std::string name) {
    places[{call, index}] = network.tensors.size();
    network.tensors.push_back({std::move(name), fmt::format("float32 {}", to_string(call->shapes[index])), ""});
    return network.tensors.size() - 1;
  };
  for (const auto& input : model.inputs()) {
    network.inputs.push_back(add(input->call.get(), input->index, input->layer()->name()));
  }
  for (const auto& call : model.calls()) {
    if (call->layer->is_input()) continue;
    NetworkNode node{.title = call->layer->class_name(),
                     .name = call->layer->name(),
                     .family = {},
                     .attributes = {},
                     .weights = weights_of(*call->layer),
                     .inputs = {},
                     .outputs = {}};
    node.family = family_of(node.title);
    node.attributes = attributes_of(*call->layer);
    for (const auto& input : call->inputs) node.inputs.push_back(places.at({input->call.get(), input->index}));
    for (std::size_t i = 0; i < call->shapes.size(); ++i) node.outputs.push_back(add(call.get(), i, node.name));
    network.nodes.push_back(std::move(node));
  }
  for (const auto& output : model.outputs()) network.outputs.push_back(places.at({output->call.get(), output->index}));
  std::int64_t parameters = 0;
  for (const auto& weight : model.weights()) parameters += weight->value.elements();
  network.facts = {
      {"Format", "Keras " + model.class_name()},
      {"Size", fmt::format("{}, {} parameters", count_text(static_cast<std::int64_t>(model.layers().size()), "layer"),
                           parameters)}};
  return network;
}

}  // namespace mltk
