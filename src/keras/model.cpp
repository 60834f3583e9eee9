#include "keras/model.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/format.h"

namespace mltk::keras {
namespace {

using TensorPtr = std::shared_ptr<SymbolicTensor>;

/// All calls that `outputs` depend on, inputs before users, in the order of a depth-first walk.
void collect_calls(const TensorPtr& tensor, std::set<const SymbolicTensor*>& seen, std::vector<TensorPtr>& calls) {
  if (!seen.insert(tensor.get()).second) return;
  for (const TensorPtr& input : tensor->inputs) collect_calls(input, seen, calls);
  calls.push_back(tensor);
}

std::string count_bytes(std::int64_t parameters) {
  double size = static_cast<double>(parameters) * 4;
  for (const char* unit : {"Byte", "KB", "MB", "GB"}) {
    if (size < 1024 || std::string_view(unit) == "GB") return fmt::format("{:.2f} {}", size, unit);
    size /= 1024;
  }
  return "";
}

std::int64_t count_parameters(const std::vector<std::shared_ptr<Variable>>& variables, bool trainable_only) {
  std::int64_t count = 0;
  for (const auto& variable : variables) {
    if (variable->trainable || !trainable_only) count += variable->value.elements();
  }
  return count;
}

/// A row of Keras' table: cells go on below where their column ends, and after an element of a list.
void append_row(std::string& text, std::span<const std::string> cells, std::span<const std::size_t> ends) {
  std::vector<std::string> left(cells.begin(), cells.end());
  do {
    std::string line = " ";
    for (std::size_t i = 0; i < left.size(); ++i) {
      std::size_t length = ends[i] - line.size() - (i + 1 < left.size() ? 2 : 0);
      for (const std::string_view element_end : {"),", "},", "],", "',"}) {
        const std::size_t at = left[i].find(element_end);
        if (at != std::string::npos) length = std::min(length, at + element_end.size());
      }
      line += left[i].substr(0, length);
      left[i].erase(0, length);
      line.resize(std::max(line.size(), ends[i]), ' ');
    }
    text += line + "\n";
  } while (std::ranges::any_of(left, [](const std::string& cell) { return !cell.empty(); }));
}

}  // namespace

std::string to_python_json(const Json& value) {
  if (value.is_object()) {
    std::string text = "{";
    for (const auto& [key, item] : value.items()) {
      text += fmt::format("{}{}: {}", text.size() > 1 ? ", " : "", Json(key).dump(), to_python_json(item));
    }
    return text + "}";
  }
  if (value.is_array()) {
    std::string text = "[";
    for (const Json& item : value) text += (text.size() > 1 ? ", " : "") + to_python_json(item);
    return text + "]";
  }
  return value.dump(-1, ' ', true);
}

Model::Model(std::string name, const std::vector<TensorPtr>& inputs, const std::vector<TensorPtr>& outputs,
             bool sequential)
    : name_(std::move(name)), sequential_(sequential), inputs_(inputs), outputs_(outputs) {
  if (outputs_.empty()) fail(ErrorKind::invalid_argument, "model '{}' has no outputs", name_);
  std::set<const SymbolicTensor*> seen;
  for (const TensorPtr& output : outputs_) collect_calls(output, seen, calls_);
  for (const TensorPtr& call : calls_) {
    if (call->inputs.empty() && std::ranges::find(inputs_, call) == inputs_.end()) {
      fail(ErrorKind::invalid_argument, "model '{}': the outputs depend on '{}', which is not among the inputs", name_,
           call->layer->name());
    }
  }

  // Keras orders layers by depth: the longest way to an output.
  std::map<const Layer*, int> depth;
  std::map<const SymbolicTensor*, int> call_depth;
  for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
    int& own = call_depth[call->get()];
    int& of_layer = depth[(*call)->layer.get()];
    own = std::max(own, of_layer);
    of_layer = own;
    for (const TensorPtr& input : (*call)->inputs) {
      int& before = call_depth[input.get()];
      before = std::max(before, own + 1);
    }
  }
  for (const TensorPtr& call : calls_) {
    if (std::ranges::find(layers_, call->layer) == layers_.end()) layers_.push_back(call->layer);
  }
  std::ranges::stable_sort(layers_, [&](const auto& a, const auto& b) { return depth[a.get()] > depth[b.get()]; });
  std::set<std::string> names;
  for (const auto& layer : layers_) {
    if (!names.insert(layer->name()).second) {
      layer->reject(ErrorKind::invalid_argument, fmt::format("another layer of model '{}' has the same name", name_));
    }
  }
}

std::vector<std::shared_ptr<Layer>> Model::layers() const {
  if (!sequential_) return layers_;
  std::vector<std::shared_ptr<Layer>> layers;
  std::ranges::copy_if(layers_, std::back_inserter(layers), [](const auto& layer) { return !layer->is_input(); });
  return layers;
}

std::vector<std::string> Model::output_names() const {
  std::vector<std::string> names;
  for (const TensorPtr& output : outputs_) names.push_back(output->layer->name());
  return names;
}

std::vector<std::shared_ptr<Variable>> Model::weights() const {
  std::vector<std::shared_ptr<Variable>> weights;
  for (const auto& layer : layers_) weights.insert(weights.end(), layer->weights().begin(), layer->weights().end());
  return weights;
}

std::vector<ValueId> Model::call(Graph& graph, std::span<const ValueId> inputs, bool training,
                                 const std::string& prefix) const {
  if (inputs.size() != inputs_.size()) {
    fail(ErrorKind::invalid_argument, "model '{}' has {} inputs, got {}", name_, inputs_.size(), inputs.size());
  }
  std::map<const SymbolicTensor*, ValueId> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) values[inputs_[i].get()] = inputs[i];
  for (const TensorPtr& call : calls_) {
    if (values.contains(call.get())) continue;
    std::vector<ValueId> arguments;
    for (const TensorPtr& input : call->inputs) arguments.push_back(values.at(input.get()));
    values[call.get()] = call->layer->call(graph, arguments, training, prefix);
  }
  std::vector<ValueId> results;
  for (const TensorPtr& output : outputs_) results.push_back(values.at(output.get()));
  return results;
}

void Model::add_penalties(Graph& graph) const {
  for (const auto& layer : layers_) layer->add_penalties(graph);
}

bool Model::takes_one_sample() const {
  return std::ranges::all_of(inputs_, [](const TensorPtr& input) { return input->layer->given_batch_size() == 1; });
}

Graph Model::forward_graph(bool training, bool penalties) const {
  Graph graph;
  if (penalties) {
    graph.collect_penalties();
  } else {
    graph.set_deployed();
  }
  std::vector<ValueId> inputs;
  for (const TensorPtr& input : inputs_) {
    inputs.push_back(graph.add_input(input->layer->name(), {DType::float32, input->shape}));
  }
  graph.set_outputs(call(graph, inputs, training));
  if (penalties) add_penalties(graph);
  return graph;
}

Graph Model::inference_graph() const { return forward_graph(false, false); }

TrainableModel Model::to_trainable() const {
  return {.training = forward_graph(true, true),
          .inference = forward_graph(false, true),
          .output_names = output_names(),
          .variables = weights()};
}

Json Model::node_of(const SymbolicTensor& tensor) const {
  // Index of this call among the calls of its layer; a model's own graph is its first.
  int node = tensor.layer->model() ? 1 : 0;
  for (const TensorPtr& call : calls_) {
    if (call.get() == &tensor) break;
    if (call->layer == tensor.layer) ++node;
  }
  return Json::array({tensor.layer->name(), node, 0});
}

Json Model::inbound_nodes(const Layer& layer) const {
  Json nodes = Json::array();
  for (const TensorPtr& call : calls_) {
    if (call->layer.get() != &layer || call->inputs.empty()) continue;
    Json node = Json::array();
    for (const TensorPtr& input : call->inputs) {
      Json entry = node_of(*input);
      entry.push_back(Json::object());
      node.push_back(std::move(entry));
    }
    nodes.push_back(std::move(node));
  }
  return nodes;
}

Json Model::config() const {
  Json layers = Json::array();
  for (const auto& layer : layers_) {
    Json config = layer->config();
    if (layer->is_input()) {
      Json dims = Json::array({batch_size_json(layer->given_batch_size())});
      const Shape& shape = layer->given_input_shape();
      for (std::size_t axis = 1; axis < shape.rank(); ++axis) dims.push_back(shape[axis]);
      config = {{"batch_input_shape", dims},
                {"dtype", "float32"},
                {"sparse", false},
                {"ragged", false},
                {"name", layer->name()}};
    }
    Json entry = {{"class_name", layer->class_name()}, {"config", config}};
    if (!sequential_) {
      entry["name"] = layer->name();
      entry["inbound_nodes"] = inbound_nodes(*layer);
    }
    layers.push_back(std::move(entry));
  }
  if (sequential_) return {{"name", name_}, {"layers", layers}};
  Json input_layers = Json::array();
  for (const TensorPtr& input : inputs_) input_layers.push_back(node_of(*input));
  Json output_layers = Json::array();
  for (const TensorPtr& output : outputs_) output_layers.push_back(node_of(*output));
  return {{"name", name_},
          {"trainable", true},
          {"layers", layers},
          {"input_layers", input_layers},
          {"output_layers", output_layers}};
}

std::string Model::summary() const {
  constexpr std::size_t kSequentialWidth = 65;
  constexpr std::size_t kFunctionalWidth = 98;
  // A functional model that is one chain is shown like a sequential one.
  const bool chain = std::ranges::all_of(calls_, [](const TensorPtr& call) { return call->inputs.size() <= 1; }) &&
                     inputs_.size() == 1 && calls_.size() == layers_.size();
  const std::size_t width = chain ? kSequentialWidth : kFunctionalWidth;
  std::vector<std::size_t> ends =
      chain ? std::vector<std::size_t>{29, 55, 65} : std::vector<std::size_t>{29, 58, 68, 98};
  std::string text = fmt::format("Model: \"{}\"\n{}\n", name_, std::string(width, '_'));
  std::vector<std::string> header = {"Layer (type)", "Output Shape", "Param #"};
  if (!chain) header.emplace_back("Connected to");
  append_row(text, header, ends);
  text += std::string(width, '=') + "\n";

  for (const auto& layer : layers()) {
    std::string shape;
    std::string connected;
    for (const TensorPtr& call : calls_) {
      if (call->layer != layer) continue;
      shape = to_string(call->shape);
      if (layer->is_input()) shape = "[" + shape + "]";
      for (const TensorPtr& input : call->inputs) {
        const Json node = node_of(*input);
        connected += fmt::format("{}'{}[{}][0]'", connected.empty() ? "[" : ", ", node[0].get<std::string>(),
                                 node[1].get<int>());
      }
    }
    std::vector<std::string> cells = {fmt::format("{} ({})", layer->name(), layer->class_name()), shape,
                                      fmt::format("{}", count_parameters(layer->weights(), false))};
    if (!chain) cells.push_back(connected.empty() ? "[]" : connected + "]");
    append_row(text, cells, ends);
    text += std::string(width, ' ') + "\n";
  }
  const std::int64_t total = count_parameters(weights(), false);
  const std::int64_t trainable = count_parameters(weights(), true);
  text += std::string(width, '=') + "\n";
  text += fmt::format("Total params: {} ({})\nTrainable params: {} ({})\nNon-trainable params: {} ({})\n", total,
                      count_bytes(total), trainable, count_bytes(trainable), total - trainable,
                      count_bytes(total - trainable));
  return text + std::string(width, '_') + "\n";
}

std::shared_ptr<Model> model_from_config(const Json& config, const std::function<std::int64_t()>& next_seed) {
  const auto class_name = config.at("class_name").get<std::string>();
  const Json& body = config.at("config");
  const bool sequential = class_name == "Sequential";
  if (!sequential && class_name != "Functional" && class_name != "Model") {
    fail(ErrorKind::unsupported, "a model of class '{}' is not supported, only Sequential and Functional ones",
         class_name);
  }
  const Json& entries = body.is_array() ? body : body.at("layers");

  const auto make_layer = [&](const Json& entry) {
    const auto type = entry.at("class_name").get<std::string>();
    if (type == "Sequential" || type == "Functional" || type == "Model") {
      return std::make_shared<Layer>(model_from_config(entry, next_seed));
    }
    const Json& arguments = entry.at("config");
    return std::make_shared<Layer>(type, arguments.at("name").get<std::string>(), arguments);
  };

  std::map<std::string, std::vector<TensorPtr>> made;
  std::vector<TensorPtr> inputs;
  std::vector<TensorPtr> outputs;
  if (sequential) {
    TensorPtr last;
    for (const Json& entry : entries) {
      const auto layer = make_layer(entry);
      if (!last && !layer->is_input()) {
        if (layer->given_input_shape().rank() == 0) {
          fail(ErrorKind::unsupported, "the sequential model has no input shape; it was saved before it was built");
        }
        Json dims = layer->config().at("batch_input_shape");
        const auto input =
            std::make_shared<Layer>("InputLayer", layer->name() + "_input", Json{{"batch_input_shape", dims}});
        last = call_layer(input, {}, next_seed);
        inputs.push_back(last);
      }
      last = call_layer(layer, last ? std::vector{last} : std::vector<TensorPtr>{}, next_seed);
      if (layer->is_input()) inputs.push_back(last);
    }
    outputs.push_back(last);
  } else {
    for (const Json& entry : entries) {
      const auto layer = make_layer(entry);
      const Json& nodes = entry.at("inbound_nodes");
      if (layer->model()) made[layer->name()].push_back(nullptr);  // its own graph counts as the first call
      if (nodes.empty()) made[layer->name()].push_back(call_layer(layer, {}, next_seed));
      for (const Json& node : nodes) {
        std::vector<TensorPtr> arguments;
        for (const Json& from : node) {
          const auto source = made.find(from.at(0).get<std::string>());
          const auto index = from.at(1).get<std::size_t>();
          if (source == made.end() || index >= source->second.size()) {
            fail(ErrorKind::invalid_model, "layer '{}' is connected to '{}', which does not stand before it",
                 layer->name(), from.at(0).get<std::string>());
          }
          arguments.push_back(source->second[index]);
        }
        made[layer->name()].push_back(call_layer(layer, std::move(arguments), next_seed));
      }
    }
    const auto find = [&](const Json& node) {
      return made.at(node.at(0).get<std::string>()).at(node.at(1).get<std::size_t>());
    };
    for (const Json& node : body.at("input_layers")) inputs.push_back(find(node));
    for (const Json& node : body.at("output_layers")) outputs.push_back(find(node));
  }
  return std::make_shared<Model>(body.is_array() ? "sequential" : body.at("name").get<std::string>(), inputs, outputs,
                                 sequential);
}

}  // namespace mltk::keras
