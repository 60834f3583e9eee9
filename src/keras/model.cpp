#include "keras/model.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/format.h"

namespace mltk::keras {
namespace {

using TensorPtr = std::shared_ptr<SymbolicTensor>;
using CallPtr = std::shared_ptr<const LayerCall>;

/// All calls that `outputs` depend on, inputs before users, in the order of a depth-first walk.
void collect_calls(const CallPtr& call, std::set<const LayerCall*>& seen, std::vector<CallPtr>& calls) {
  if (!seen.insert(call.get()).second) return;
  for (const TensorPtr& input : call->inputs) collect_calls(input->call, seen, calls);
  calls.push_back(call);
}

/// A keyword with its tensors in the form of Keras' files: {"$tensor": k} becomes nodes[k].
Json with_nodes(const Json& value, const std::vector<Json>& nodes) {
  if (value.is_object() && value.contains("$tensor")) return nodes.at(value["$tensor"].get<std::size_t>());
  Json result = value;
  if (value.is_structured()) {
    for (auto& [key, item] : result.items()) item = with_nodes(item, nodes);
  }
  return result;
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

/// Say where the class of an entry of a file is: module, and the name by which its author registered it.
void name_module(Json& entry, const Layer& layer) {
  if (const auto* custom = layer.custom()) {
    if (custom->module().empty()) return;
    const std::string name = custom->class_name();
    entry["class_name"] = name.substr(name.rfind('>') + 1);
    entry["module"] = custom->module();
    entry["registered_name"] = name;
    return;
  }
  if (layer.model() && !layer.model()->sequential()) entry["class_name"] = "Model";
  entry["module"] = layer.model() ? "keras" : "keras.layers";
  entry["registered_name"] = nullptr;
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
  std::set<const LayerCall*> seen;
  for (const TensorPtr& output : outputs_) collect_calls(output->call, seen, calls_);
  for (const CallPtr& call : calls_) {
    if (call->layer->is_input() && std::ranges::find(inputs_, call, &SymbolicTensor::call) == inputs_.end()) {
      fail(ErrorKind::invalid_argument, "model '{}': the outputs depend on '{}', which is not among the inputs", name_,
           call->layer->name());
    }
  }

  // Keras orders layers by depth: the longest way to an output.
  std::map<const Layer*, int> depth;
  std::map<const LayerCall*, int> call_depth;
  for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
    int& own = call_depth[call->get()];
    int& of_layer = depth[(*call)->layer.get()];
    own = std::max(own, of_layer);
    of_layer = own;
    for (const TensorPtr& input : (*call)->inputs) {
      int& before = call_depth[input->call.get()];
      before = std::max(before, own + 1);
    }
  }
  for (const CallPtr& call : calls_) {
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

Model::Model(std::string name, const std::vector<TensorPtr>& inputs, const std::vector<TensorPtr>& outputs,
             std::vector<std::shared_ptr<Layer>> layers)
    : name_(std::move(name)), subclassed_(true), inputs_(inputs), outputs_(outputs), layers_(std::move(layers)) {
  std::set<const LayerCall*> seen;
  for (const TensorPtr& output : outputs_) collect_calls(output->call, seen, calls_);
}

std::vector<std::shared_ptr<Layer>> Model::layers() const {
  if (!sequential_) return layers_;
  std::vector<std::shared_ptr<Layer>> layers;
  std::ranges::copy_if(layers_, std::back_inserter(layers), [](const auto& layer) { return !layer->is_input(); });
  return layers;
}

std::vector<std::string> Model::output_names() const {
  std::vector<std::string> names;
  for (const TensorPtr& output : outputs_) names.push_back(output->layer()->name());
  return names;
}

std::vector<std::shared_ptr<Variable>> Model::weights() const {
  std::vector<std::shared_ptr<Variable>> weights;
  for (const auto& layer : layers_) {
    for (auto& variable : layer->weights()) weights.push_back(std::move(variable));
  }
  return weights;
}

std::vector<StateEntry> Model::state() const {
  std::vector<StateEntry> entries = state_;
  if (!entries.empty()) return entries;
  std::map<std::string, int> used;
  for (const auto& layer : layers()) {
    const std::string name = snake_case(layer->class_name());
    const int count = used[name]++;
    append_state(entries, count == 0 ? "layers/" + name : fmt::format("layers/{}_{}", name, count), layer->state());
  }
  return entries;
}

std::vector<ValueId> Model::call(Graph& graph, std::span<const ValueId> inputs, bool training,
                                 const std::string& prefix) const {
  if (inputs.size() != inputs_.size()) {
    fail(ErrorKind::invalid_argument, "model '{}' has {} inputs, got {}", name_, inputs_.size(), inputs.size());
  }
  std::map<const LayerCall*, std::vector<ValueId>> values;
  const auto value_of = [&](const TensorPtr& tensor) { return values.at(tensor->call.get()).at(tensor->index); };
  for (std::size_t i = 0; i < inputs.size(); ++i) values[inputs_[i]->call.get()] = {inputs[i]};
  for (const CallPtr& call : calls_) {
    if (values.contains(call.get())) continue;
    std::vector<ValueId> arguments;
    for (const TensorPtr& input : call->inputs) arguments.push_back(value_of(input));
    values[call.get()] = call->layer->call_all(graph, arguments, training, prefix, call->keywords);
  }
  std::vector<ValueId> results;
  for (const TensorPtr& output : outputs_) results.push_back(value_of(output));
  return results;
}

void Model::add_penalties(Graph& graph) const {
  for (const auto& layer : layers_) layer->add_penalties(graph);
}

bool Model::takes_one_sample() const {
  return std::ranges::all_of(inputs_, [](const TensorPtr& input) { return input->layer()->given_batch_size() == 1; });
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
    inputs.push_back(graph.add_input(input->layer()->name(), {DType::float32, input->shape()}));
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
  int node = tensor.layer()->model() ? 1 : 0;
  for (const CallPtr& call : calls_) {
    if (call == tensor.call) break;
    if (call->layer == tensor.layer()) ++node;
  }
  return Json::array({tensor.layer()->name(), node, tensor.index});
}

/// Tensors of a call with its keywords; layers of functions keep the structure of their first argument.
Json Model::node_of(const LayerCall& call) const {
  std::vector<Json> nodes;
  for (const TensorPtr& input : call.inputs) nodes.push_back(node_of(*input));
  Json keywords = call.keywords;
  const Json first = keywords.value("$first", Json());
  keywords.erase("$first");
  keywords = with_nodes(keywords, nodes);
  const auto entry = [&](Json node) {
    node.push_back(keywords);
    return node;
  };
  if (first.is_object() && first.contains("$tensor")) return entry(with_nodes(first, nodes));
  if (!first.is_null() && !first.is_array()) return Json::array({"_CONSTANT_VALUE", -1, first, keywords});
  Json list = Json::array();
  for (const Json& node : first.is_array() ? with_nodes(first, nodes) : Json(nodes)) list.push_back(entry(node));
  return list;
}

Json Model::inbound_nodes(const Layer& layer) const {
  Json nodes = Json::array();
  for (const CallPtr& call : calls_) {
    if (call->layer.get() == &layer && !layer.is_input()) nodes.push_back(node_of(*call));
  }
  return nodes;
}

Json Model::description() const {
  if (!description_.is_null()) return description_;
  return {{"module", "keras"},
          {"class_name", sequential_ ? "Sequential" : "Model"},
          {"config", config(true)},
          {"registered_name", nullptr}};
}

Json Model::config(bool with_modules) const {
  if (subclassed_) {
    fail(ErrorKind::unsupported,
         "model '{}' is a class of its own, which a file cannot describe: use save_weights(), or save a model that is "
         "made of layers",
         name_);
  }
  Json layers = Json::array();
  for (const auto& layer : layers_) {
    Json config = layer->model() ? layer->model()->config(with_modules) : layer->config();
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
    if (with_modules) name_module(entry, *layer);
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
  const bool chain =
      subclassed_ || (std::ranges::all_of(calls_, [](const CallPtr& call) { return call->inputs.size() <= 1; }) &&
                      inputs_.size() == 1 && calls_.size() == layers_.size());
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
    for (const CallPtr& call : calls_) {
      if (call->layer != layer) continue;
      std::vector<std::string> shapes;
      for (const Shape& each : call->shapes) shapes.push_back(to_string(each));
      shape = shapes.size() == 1 ? shapes[0] : fmt::format("[{}]", fmt::join(shapes, ", "));
      if (layer->is_input()) shape = "[" + shape + "]";
      for (const TensorPtr& input : call->inputs) {
        const Json node = node_of(*input);
        connected += fmt::format("{}'{}[{}][{}]'", connected.empty() ? "[" : ", ", node[0].get<std::string>(),
                                 node[1].get<int>(), node[2].get<int>());
      }
    }
    if (shape.empty()) shape = "multiple";
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

namespace {

/// Builds the model of a config.
class ConfigReader {
 public:
  ConfigReader(const std::function<std::int64_t()>& next_seed, const LayerFactory& make_custom)
      : next_seed_(next_seed), make_custom_(make_custom) {}

  std::shared_ptr<Model> sequential(const Json& body);
  std::shared_ptr<Model> functional(const Json& body);

 private:
  using Results = std::vector<TensorPtr>;  // of a call

  const std::function<std::int64_t()>& next_seed_;
  const LayerFactory& make_custom_;
  std::map<std::string, std::vector<Results>> made_;  // by layer, by call

  std::shared_ptr<Layer> make_layer(const Json& entry) const;
  bool is_node(const Json& value) const;
  TensorPtr find(const Json& node, std::string_view user) const;
  Json take_tensors(const Json& value, std::vector<TensorPtr>& inputs, std::string_view user) const;
  Results call(const std::shared_ptr<Layer>& layer, const Json& node) const;
};

std::shared_ptr<Layer> ConfigReader::make_layer(const Json& entry) const {
  const auto type = entry.at("class_name").get<std::string>();
  const Json& config = entry.at("config");
  if (make_custom_) {
    if (auto layer = make_custom_(type, config)) return layer;
  }
  if (type == "Sequential" || type == "Functional" || type == "Model") {
    return std::make_shared<Layer>(model_from_config(entry, next_seed_, make_custom_));
  }
  return std::make_shared<Layer>(type, config.at("name").get<std::string>(), config);
}

std::shared_ptr<Model> ConfigReader::sequential(const Json& body) {
  TensorPtr first;
  TensorPtr last;
  for (const Json& entry : body.is_array() ? body : body.at("layers")) {
    const auto layer = make_layer(entry);
    if (!last && !layer->is_input()) {
      const Shape& shape = layer->model() ? layer->model()->inputs().at(0)->shape() : layer->given_input_shape();
      if (shape.rank() == 0) {
        fail(ErrorKind::unsupported, "the sequential model has no input shape; it was saved before it was built");
      }
      Json dims = Json::array({batch_size_json(layer->given_batch_size())});
      for (std::size_t axis = 1; axis < shape.rank(); ++axis) dims.push_back(shape[axis]);
      const auto input =
          std::make_shared<Layer>("InputLayer", layer->name() + "_input", Json{{"batch_input_shape", dims}});
      first = last = call_layer(input, {}, next_seed_);
    }
    last = call_layer(layer, last ? std::vector{last} : std::vector<TensorPtr>{}, next_seed_);
    if (!first) first = last;
  }
  const std::string name = body.is_array() ? "sequential" : body.at("name").get<std::string>();
  return std::make_shared<Model>(name, std::vector{first}, std::vector{last}, true);
}

/// Whether a keyword's value stands for a tensor: [name of a layer, call, result].
bool ConfigReader::is_node(const Json& value) const {
  return value.is_array() && value.size() >= 3 && value[0].is_string() && value[1].is_number_integer() &&
         value[2].is_number_integer() && made_.contains(value[0].get<std::string>());
}

TensorPtr ConfigReader::find(const Json& node, std::string_view user) const {
  const auto source = made_.find(node.at(0).get<std::string>());
  const auto call = node.at(1).get<std::size_t>();
  const auto index = node.at(2).get<std::size_t>();
  if (source == made_.end() || call >= source->second.size() || index >= source->second[call].size()) {
    fail(ErrorKind::invalid_model, "layer '{}' is connected to '{}', which does not stand before it", user,
         node.at(0).get<std::string>());
  }
  return source->second[call][index];
}

/// Puts the tensors of a keyword among `inputs`; in the result {"$tensor": k} stands for each.
Json ConfigReader::take_tensors(const Json& value, std::vector<TensorPtr>& inputs, std::string_view user) const {
  if (is_node(value)) {
    inputs.push_back(find(value, user));
    return {{"$tensor", inputs.size() - 1}};
  }
  Json result = value;
  if (value.is_structured()) {
    for (auto& [key, item] : result.items()) item = take_tensors(item, inputs, user);
  }
  return result;
}

ConfigReader::Results ConfigReader::call(const std::shared_ptr<Layer>& layer, const Json& node) const {
  std::vector<TensorPtr> inputs;
  Json first;
  const bool single = !node.empty() && node[0].is_string();
  const Json list = single ? Json::array({node}) : node;
  const Json keywords = list.empty() || list[0].size() < 4 ? Json::object() : list[0][3];
  if (single && node[0] == "_CONSTANT_VALUE") {
    first = node.at(2);
  } else {
    Json places = Json::array();
    for (const Json& from : list) places.push_back(take_tensors(Json::array({from[0], from[1], from[2]}), inputs, ""));
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (places[i].is_array()) find(list[i], layer->name());  // tells what is missing
    }
    if (single) first = places[0];
    if (layer->custom() != nullptr && !single) first = places;
  }
  Json taken = take_tensors(keywords, inputs, layer->name());
  if (!first.is_null()) taken["$first"] = first;
  return call_layer_all(layer, std::move(inputs), next_seed_, std::move(taken));
}

std::shared_ptr<Model> ConfigReader::functional(const Json& body) {
  for (const Json& entry : body.at("layers")) {
    const auto layer = make_layer(entry);
    auto& calls = made_[layer->name()];
    if (layer->model()) calls.emplace_back();  // its own graph counts as the first call
    if (layer->is_input()) calls.push_back(call_layer_all(layer, {}, next_seed_));
    for (const Json& node : entry.at("inbound_nodes")) calls.push_back(call(layer, node));
  }
  const auto find_all = [&](const Json& nodes) {
    std::vector<TensorPtr> tensors;
    for (const Json& node : !nodes.empty() && nodes[0].is_string() ? Json::array({nodes}) : nodes) {
      tensors.push_back(find(node, "the model"));
    }
    return tensors;
  };
  return std::make_shared<Model>(body.at("name").get<std::string>(), find_all(body.at("input_layers")),
                                 find_all(body.at("output_layers")));
}

}  // namespace

std::shared_ptr<Model> model_from_config(const Json& config, const std::function<std::int64_t()>& next_seed,
                                         const LayerFactory& make_custom) {
  const auto class_name = config.at("class_name").get<std::string>();
  ConfigReader reader(next_seed, make_custom);
  if (class_name == "Sequential") return reader.sequential(config.at("config"));
  // A class that its author derived from Model may still be made of inputs and outputs.
  if (config.at("config").contains("output_layers")) return reader.functional(config.at("config"));
  fail(
      ErrorKind::unsupported,
      "the model is a {}, a class of its own that only Python can make; use a specification or keras.models.load_model "
      "with custom_objects",
      class_name);
}

}  // namespace mltk::keras
