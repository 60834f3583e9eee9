#include "keras/keras_3.h"

#include <algorithm>
#include <set>

namespace mltk::keras {
namespace {

/// Arguments that Keras 3 has and Keras 2 does not, with the values that leave the layer as it was.
const std::multimap<std::string, Json>& new_arguments() {
  static const std::multimap<std::string, Json> table = {
      {"autocast", true},
      {"input_axes", nullptr},
      {"loss_scale_factor", nullptr},
      {"lora_alpha", nullptr},
      {"lora_rank", nullptr},
      {"optional", false},
      {"output_axes", nullptr},
      {"quantization_config", nullptr},
      {"quantization_mode", nullptr},
      {"ragged", false},
      {"renorm", false},
      {"renorm_clipping", nullptr},
      {"renorm_momentum", 0.99},
      {"rms_scaling", false},
      {"seed", nullptr},
      {"sliding_window", nullptr},
      {"softmax_robust_masking", false},
      {"sparse", false},
      {"synchronized", false},
      {"use_gate", false},
      {"zero_output_for_mask", false},
      {"zero_output_for_mask", true},
      {"gradient_accumulation_steps", nullptr},
  };
  return table;
}

bool is_new_argument(const std::string& key, const Json& value) {
  const auto [begin, end] = new_arguments().equal_range(key);
  return std::any_of(begin, end, [&](const auto& entry) { return entry.second == value; });
}

bool is_model(const Json& entry) {
  const Json name = entry.value("class_name", Json());
  return name == "Functional" || name == "Sequential" || name == "Model";
}

/// [layer, call, result] of a tensor of Keras 3. Keras 2 counts a model's own graph as its first call.
Json node_of(const Json& tensor, const std::set<std::string>& models) {
  Json node = tensor.at("config").at("keras_history");
  if (models.contains(node.at(0).get<std::string>())) node[1] = node[1].get<int>() + 1;
  return node;
}

bool is_tensor(const Json& value) {
  return value.is_object() && value.value("class_name", Json()) == "__keras_tensor__";
}

/// Replaces the tensors in an argument of a call.
Json with_nodes(const Json& value, const std::set<std::string>& models) {
  if (is_tensor(value)) return node_of(value, models);
  Json result = value;
  if (value.is_structured()) {
    for (auto& [key, item] : result.items()) item = with_nodes(item, models);
  }
  return result;
}

/// The arguments of a call beside the first, by name: those without one are named by their order.
Json keywords_of(const Json& node, const std::set<std::string>& models, const std::vector<std::string>& names) {
  Json keywords = Json::object();
  for (const auto& [key, value] : node.at("kwargs").items()) {
    if (!value.is_null()) keywords[key] = with_nodes(value, models);
  }
  for (std::size_t i = 1; i < node.at("args").size(); ++i) {
    if (i - 1 >= names.size()) {
      fail(ErrorKind::unsupported, "a call of Keras 3 with {} arguments without names is not supported",
           node["args"].size());
    }
    keywords[names[i - 1]] = with_nodes(node["args"][i], models);
  }
  return keywords;
}

/// What follows the first argument of a layer's call, in Keras' order.
std::vector<std::string> call_arguments(const std::string& class_name) {
  if (class_name == "MultiHeadAttention")
    return {"value", "key", "query_mask", "value_mask", "key_mask", "attention_mask"};
  return {};
}

Json inbound_nodes(const Json& layer, const std::set<std::string>& models) {
  Json nodes = Json::array();
  for (const Json& node : layer.at("inbound_nodes")) {
    if (!node.is_object()) {
      nodes.push_back(node);
      continue;
    }
    if (node.at("args").empty()) {
      fail(ErrorKind::unsupported, "layer '{}' is called on keywords alone, which is not supported",
           layer.at("name").get<std::string>());
    }
    const Json keywords = keywords_of(node, models, call_arguments(layer.at("class_name").get<std::string>()));
    const Json& first = node["args"][0];
    Json list = Json::array();
    for (const Json& tensor : is_tensor(first) ? Json::array({first}) : first) {
      Json entry = node_of(tensor, models);
      entry.push_back(keywords);
      list.push_back(std::move(entry));
    }
    nodes.push_back(std::move(list));
  }
  return nodes;
}

/// One place, a list of them, or places by name; always as a list.
Json places_of(const Json& value, const std::set<std::string>& models) {
  Json list = Json::array();
  if (value.is_array() && !value.empty() && value[0].is_string()) {
    list.push_back(value);
  } else {
    for (const Json& item : value) list.push_back(item);
  }
  for (Json& place : list) {
    if (models.contains(place.at(0).get<std::string>())) place[1] = place[1].get<int>() + 1;
  }
  return list;
}

/// Connections of a functional model of Keras 3; those of Keras 2 stay.
void convert_connections(Json& config) {
  std::set<std::string> models;
  bool described = false;
  for (const Json& layer : config.at("layers")) {
    if (is_model(layer)) models.insert(layer.at("config").at("name").get<std::string>());
    for (const Json& node : layer.value("inbound_nodes", Json::array())) described |= node.is_object();
  }
  if (!described) return;
  for (Json& layer : config["layers"]) layer["inbound_nodes"] = inbound_nodes(layer, models);
  for (const char* key : {"input_layers", "output_layers"}) config[key] = places_of(config.at(key), models);
}

Json convert_object(const Json& value) {
  const auto class_name = value.at("class_name").get<std::string>();
  const Json& config = value.at("config");
  if (class_name == "function" && config.is_string()) return config;
  if (class_name == "DTypePolicy") return config.at("name");
  if (class_name == "__numpy__" || class_name == "__tensor__") return config.at("value");
  Json result = value;
  for (const char* key : {"build_config", "compile_config", "module", "shared_object_id"}) result.erase(key);
  if (const Json name = value.value("registered_name", Json());
      name.is_string() && name.get<std::string>().find('>') != std::string::npos) {
    result["class_name"] = name;
  }
  result.erase("registered_name");
  if (!config.is_object()) return result;
  Json converted = Json::object();
  for (const auto& [key, item] : config.items()) {
    if (!is_new_argument(key, item)) converted[key] = to_keras_2(item);
  }
  if (class_name == "InputLayer" && converted.contains("batch_shape")) {
    converted["batch_input_shape"] = converted["batch_shape"];
    converted.erase("batch_shape");
  }
  if (is_model(value) && converted.contains("layers") && converted.contains("input_layers")) {
    convert_connections(converted);
  }
  result["config"] = std::move(converted);
  return result;
}

}  // namespace

Json to_keras_2(const Json& value) {
  if (value.is_object() && value.contains("class_name") && value.contains("config") && !is_tensor(value)) {
    return convert_object(value);
  }
  if (value.is_object() && value.value("class_name", Json()) == "__tuple__") return to_keras_2(value.at("items"));
  Json result = value;
  if (value.is_structured()) {
    for (auto& [key, item] : result.items()) item = to_keras_2(item);
  }
  return result;
}

}  // namespace mltk::keras
