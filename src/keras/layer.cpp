#include "keras/layer.h"

#include <algorithm>
#include <cctype>

#include "base/file.h"
#include "graph/ops/mul.h"
#include "keras/activation.h"
#include "keras/constraint.h"
#include "keras/initializer.h"
#include "keras/model.h"
#include "keras/regularizer.h"

namespace mltk::keras {
namespace {

bool is_whole(const Json& value) { return value.is_number_integer() || value.is_number_unsigned(); }

bool is_positive(const Json& value) { return is_whole(value) && value.get<std::int64_t>() >= 1; }

/// A whole number of at least `least` as a list of `count`, or a list of that many.
bool as_list(const Json& value, std::size_t count, Json& result, std::int64_t least = 1) {
  const auto fits = [&](const Json& item) { return is_whole(item) && item.get<std::int64_t>() >= least; };
  if (fits(value)) {
    result = Json::array();
    for (std::size_t i = 0; i < count; ++i) result.push_back(value);
    return true;
  }
  result = value;
  return value.is_array() && value.size() == count && std::ranges::all_of(value, fits);
}

/// [[top, bottom], [left, right]] from n, [rows, columns] or the full form.
bool as_borders(const Json& value, Json& result) {
  const auto is_size = [](const Json& item) { return is_whole(item) && item.get<std::int64_t>() >= 0; };
  const auto pair = [&](const Json& item) { return is_size(item) ? Json::array({item, item}) : item; };
  if (is_size(value)) {
    result = Json::array({pair(value), pair(value)});
    return true;
  }
  if (!value.is_array() || value.size() != 2) return false;
  result = Json::array({pair(value[0]), pair(value[1])});
  return std::ranges::all_of(result, [&](const Json& item) {
    return item.is_array() && item.size() == 2 && std::ranges::all_of(item, is_size);
  });
}

/// [before, after] from n or that form.
bool as_borders_1d(const Json& value, Json& result) {
  const auto is_size = [](const Json& item) { return is_whole(item) && item.get<std::int64_t>() >= 0; };
  result = is_size(value) ? Json::array({value, value}) : value;
  return result.is_array() && result.size() == 2 && std::ranges::all_of(result, is_size);
}

/// A layer as an argument, in the form of Keras' files.
Json normalize_layer(const Json& value) {
  if (!value.is_object() || !value.contains("class_name")) {
    fail(ErrorKind::invalid_argument, "expected a layer, got {}", value.dump());
  }
  const auto layer = layer_from_json(value);
  return {{"module", "keras.layers"},
          {"class_name", layer->class_name()},
          {"config", layer->config()},
          {"registered_name", nullptr}};
}

/// The value in the form of Keras' config. Throws Error(invalid_argument or unsupported) with what was expected.
Json normalize(const ArgumentDef& argument, const Json& value) {
  Json result = value;
  const auto expect = [&](bool ok, std::string_view expected) {
    if (!ok) {
      fail(ErrorKind::invalid_argument, "{}={}, expected {} ({})", argument.name, value.dump(), expected,
           argument.meaning);
    }
  };
  switch (argument.kind) {
    case ArgumentKind::positive: expect(is_positive(value), "a whole number >= 1"); break;
    case ArgumentKind::number: expect(value.is_number(), "a number"); break;
    case ArgumentKind::rate:
      expect(value.is_number() && value.get<double>() >= 0 && value.get<double>() < 1, "a number in [0, 1)");
      break;
    case ArgumentKind::flag: expect(value.is_boolean(), "True or False"); break;
    case ArgumentKind::pair: expect(as_list(value, 2, result), "one or two whole numbers >= 1"); break;
    case ArgumentKind::optional_pair:
      expect(value.is_null() || as_list(value, 2, result), "None or one or two whole numbers >= 1");
      break;
    case ArgumentKind::single: expect(as_list(value, 1, result), "a whole number >= 1"); break;
    case ArgumentKind::optional_single:
      expect(value.is_null() || as_list(value, 1, result), "None or a whole number >= 1");
      break;
    case ArgumentKind::optional_sizes:
      expect(value.is_null() || as_list(value, 2, result, 0), "None or one or two whole numbers >= 0");
      break;
    case ArgumentKind::optional_size:
      expect(value.is_null() || as_list(value, 1, result, 0), "None or a whole number >= 0");
      break;
    case ArgumentKind::padding:
    case ArgumentKind::causal_padding: {
      std::string text = value.is_string() ? value.get<std::string>() : "";
      std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
      const bool may_be_causal = argument.kind == ArgumentKind::causal_padding;
      expect(text == "valid" || text == "same" || (text == "causal" && may_be_causal),
             may_be_causal ? "'valid', 'same' or 'causal'" : "'valid' or 'same'");
      result = text;
      break;
    }
    case ArgumentKind::data_format:
      if (value.is_null()) return "channels_last";
      if (value == "channels_first") {
        fail(ErrorKind::unsupported, "{}='channels_first' is not supported: microcontroller kernels are channels_last",
             argument.name);
      }
      expect(value == "channels_last", "'channels_last'");
      break;
    case ArgumentKind::activation:
      if (value.is_null()) return "linear";
      expect(value.is_string(), "the name of an activation");
      find_activation(value.get<std::string>());
      break;
    case ArgumentKind::initializer: result = normalize_initializer(value); break;
    case ArgumentKind::regularizer: result = normalize_regularizer(value); break;
    case ArgumentKind::constraint: result = normalize_constraint(value); break;
    case ArgumentKind::off:
      if (value != false && value != 0 && !value.is_null()) {
        fail(ErrorKind::unsupported, "{}={} is not supported; leave it out", argument.name, value.dump());
      }
      break;
    case ArgumentKind::unsupported:
      if (!value.is_null()) {
        fail(ErrorKind::unsupported, "{}={} is not supported; leave it out", argument.name, value.dump());
      }
      break;
    case ArgumentKind::shape:
      expect(value.is_array() && std::ranges::all_of(value, is_whole), "a list of sizes");
      break;
    case ArgumentKind::borders:
      expect(as_borders(value, result), "n, (rows, columns) or ((top, bottom), (left, right))");
      break;
    case ArgumentKind::borders_1d: expect(as_borders_1d(value, result), "n or (before, after)"); break;
    case ArgumentKind::axes:
      expect(is_whole(value) || (value.is_array() && std::ranges::all_of(value, is_whole)),
             "an axis or a list of axes");
      break;
    case ArgumentKind::interpolation:
      expect(value == "nearest" || value == "bilinear" || value == "bicubic", "'nearest', 'bilinear' or 'bicubic'");
      break;
    case ArgumentKind::layer: result = normalize_layer(value); break;
    case ArgumentKind::axis:
      expect(is_whole(value) || (value.is_array() && value.size() == 1 && is_whole(value[0])), "an axis");
      break;
    case ArgumentKind::json: break;
  }
  return result;
}

/// The argument that limits a weight stands beside the one of its initial values.
Json constraint_of(const WeightDef& weight, const Json& config) {
  constexpr std::string_view kEnding = "_initializer";
  if (!weight.initializer.ends_with(kEnding)) return nullptr;
  const std::string stem = weight.initializer.substr(0, weight.initializer.size() - kEnding.size());
  return config.value(stem + "_constraint", Json());
}

/// What a call got: the inputs, and the mask of each.
struct CallInputs {
  std::vector<ValueId> tensors;
  std::vector<ValueId> masks;
};

/// Takes the tensors of the keyword `mask` out of the inputs: one for the first input, or a list. The others have the
/// masks of the graph.
CallInputs split_masks(const Graph& graph, std::span<const ValueId> inputs, const Json& given) {
  CallInputs result;
  std::vector<bool> is_mask(inputs.size());
  std::vector<ValueId> masks;
  for (const Json& place : given.is_array() ? given : given.is_null() ? Json::array() : Json::array({given})) {
    masks.emplace_back();
    if (place.is_null()) continue;
    const auto index = place.at("$tensor").get<std::size_t>();
    masks.back() = inputs[index];
    is_mask[index] = true;
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (is_mask[i]) continue;
    const std::size_t at = result.tensors.size();
    result.masks.push_back(at < masks.size() ? masks[at] : graph.mask(inputs[i]));
    result.tensors.push_back(inputs[i]);
  }
  return result;
}

Shape shape_from(const Json& dims, bool with_batch) {
  std::vector<std::int64_t> sizes;
  if (!with_batch) sizes.push_back(kBatch);
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (i == 0 && with_batch) {
      sizes.push_back(kBatch);
    } else if (is_positive(dims[i])) {
      sizes.push_back(dims[i].get<std::int64_t>());
    } else {
      fail(ErrorKind::unsupported, "the input shape {} has an axis without a size; only the batch may be open",
           dims.dump());
    }
  }
  return Shape(sizes);
}

/// `batch_size`, or the first of `batch_input_shape`; kBatch: open.
std::int64_t batch_size_from(const Json& arguments) {
  Json size = arguments.value("batch_size", Json());
  if (size.is_null() && arguments.contains("batch_input_shape") && !arguments["batch_input_shape"].is_null())
    size = arguments["batch_input_shape"].at(0);
  return size.is_null() ? kBatch : size.get<std::int64_t>();
}

}  // namespace

const LayerDef& find_layer(std::string_view class_name) {
  std::vector<std::string> names;
  for (const LayerDef* def : layer_table()) {
    if (def->class_name == class_name) return *def;
    names.emplace_back(def->class_name);
  }
  std::ranges::sort(names);
  const auto near = close_matches(class_name, names);
  fail(ErrorKind::unsupported, "layer '{}' is not supported{}; there are: {}", class_name,
       near.empty() ? "" : fmt::format(" (did you mean {}?)", fmt::join(near, ", ")), fmt::join(names, ", "));
}

std::string snake_case(std::string_view class_name) {
  // An underscore before a capital that starts a word: "ReLU" -> "re_lu", "Conv2D" -> "conv2d", as Keras does it.
  std::string text;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    const auto c = static_cast<unsigned char>(class_name[i]);
    const bool upper = std::isupper(c) != 0;
    const bool before_lower =
        i + 1 < class_name.size() && std::islower(static_cast<unsigned char>(class_name[i + 1])) != 0;
    const bool after_lower = i > 0 && std::islower(static_cast<unsigned char>(class_name[i - 1])) != 0;
    if (upper && i > 0 && (before_lower || after_lower)) text += '_';
    text += static_cast<char>(std::tolower(c));
  }
  return text;
}

ValueId CallContext::weight(std::string_view name) const { return graph.add_variable(layer.weight(name)); }

void append_state(std::vector<StateEntry>& entries, const std::string& path, std::vector<StateEntry> inner) {
  for (StateEntry& entry : inner) {
    entry.path = entry.path.empty() ? path : fmt::format("{}/{}", path, entry.path);
    entries.push_back(std::move(entry));
  }
}

ValueId keep_mask(const CallContext& context) {
  ValueId result;
  for (const ValueId mask : context.masks) {
    if (!mask.valid()) continue;
    result = result.valid() ? ops::mul(context.graph, result, mask) : mask;
  }
  return result;
}

Json batch_size_json(std::int64_t size) { return size == kBatch ? Json() : Json(size); }

std::shared_ptr<Layer> layer_from_json(const Json& value) {
  const auto class_name = value.at("class_name").get<std::string>();
  const Json& config = value.at("config");
  return std::make_shared<Layer>(class_name, config.value("name", snake_case(class_name)), config);
}

Layer::Layer(std::string_view class_name, std::string name, const Json& arguments, SourceLocation source)
    : def_(&find_layer(class_name)), name_(std::move(name)), source_(std::move(source)) {
  config_["name"] = name_;
  config_["trainable"] = arguments.value("trainable", true);
  config_["dtype"] = "float32";
  try {
    if (arguments.contains("dtype") && !arguments["dtype"].is_null() && arguments["dtype"] != "float32" &&
        !is_input()) {
      fail(ErrorKind::unsupported, "dtype={} is not supported: layers compute in float32", arguments["dtype"].dump());
    }
    read_input_shape(arguments);
    read_arguments(arguments);
    if (def_->children != nullptr) children_ = def_->children(*this);
  } catch (const Error& error) {
    reject(error.kind(), error.message());
  }
}

void Layer::read_input_shape(const Json& arguments) {
  const auto given = [&](const char* name) { return arguments.contains(name) && !arguments[name].is_null(); };
  // Keras' files give layers that are not the first one a shape with open axes, too; only inputs need it.
  const auto is_open = [](const Json& dims) {
    return std::ranges::any_of(dims.begin() + 1, dims.end(), [](const Json& size) { return size.is_null(); });
  };
  if (given("batch_input_shape")) {
    const Json& dims = arguments["batch_input_shape"];
    if (is_input() || !is_open(dims)) given_input_shape_ = shape_from(dims, true);
  } else if (given("input_shape")) {
    given_input_shape_ = shape_from(arguments["input_shape"], false);
  } else if (given("input_length") && arguments["input_length"].is_number_integer()) {
    given_input_shape_ = {kBatch, arguments["input_length"].get<std::int64_t>()};
  }
  given_batch_size_ = batch_size_from(arguments);
  if (given_input_shape_.rank() > 0 && !is_input()) {
    Json dims = Json::array({batch_size_json(given_batch_size_)});
    for (std::size_t axis = 1; axis < given_input_shape_.rank(); ++axis) dims.push_back(given_input_shape_[axis]);
    config_["batch_input_shape"] = dims;
  }
}

void Layer::read_arguments(const Json& arguments) {
  static const std::vector<std::string> common = {
      "name", "trainable", "dtype", "input_shape", "batch_input_shape", "batch_size", "input_dim"};
  std::vector<std::string> known = common;
  for (const ArgumentDef& argument : def_->arguments) {
    const std::string key(argument.name);
    known.push_back(key);
    if (arguments.contains(key)) {
      config_[key] = normalize(argument, arguments[key]);
    } else if (argument.default_value.empty()) {
      fail(ErrorKind::invalid_argument, "the argument {} is missing ({})", key, argument.meaning);
    } else {
      config_[key] = normalize(argument, Json::parse(argument.default_value));
    }
  }
  for (const ArgumentDef& argument : def_->arguments) {
    Json& value = config_[std::string(argument.name)];
    if (value.is_null() && !argument.none_means.empty()) value = config_.at(std::string(argument.none_means));
  }
  for (const auto& [key, value] : arguments.items()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    std::vector<std::string> own(known.begin() + static_cast<std::ptrdiff_t>(common.size()), known.end());
    const auto near = close_matches(key, known);
    fail(ErrorKind::invalid_argument, "there is no argument '{}'{}; the layer has: {}", key,
         near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near.front()), fmt::join(own, ", "));
  }
}

Layer::Layer(std::shared_ptr<Model> model, SourceLocation source)
    : model_(std::move(model)), name_(model_->name()), source_(std::move(source)), built_(true) {}

Layer::Layer(std::unique_ptr<CustomLayer> custom, std::string name, const Json& arguments, SourceLocation source)
    : custom_(std::move(custom)), name_(std::move(name)), source_(std::move(source)) {
  try {
    read_input_shape(arguments);
  } catch (const Error& error) {
    reject(error.kind(), error.message());
  }
}

std::string Layer::class_name() const {
  if (model_) return model_->class_name();
  return custom_ ? custom_->class_name() : std::string(def_->class_name);
}

Json Layer::config() const {
  if (model_) return model_->config();
  return custom_ ? custom_->config() : config_;
}

bool Layer::trainable() const {
  if (custom_) return custom_->trainable();
  if (!model_) return config_.at("trainable").get<bool>();
  return std::ranges::any_of(model_->layers(), [](const auto& layer) { return layer->trainable(); });
}

void Layer::set_trainable(bool value) {
  if (model_) {
    for (const auto& layer : model_->layers()) layer->set_trainable(value);
    return;
  }
  if (custom_) return custom_->set_trainable(value);
  config_["trainable"] = value;
  for (const auto& child : children_) child->set_trainable(value);
  for (const auto& variable : weights_) {
    if (variable->name.find("moving_") == std::string::npos) variable->trainable = value;
  }
}

std::vector<std::shared_ptr<Variable>> Layer::weights() const {
  if (model_) return model_->weights();
  return custom_ ? custom_->weights() : weights_;
}

std::vector<StateEntry> Layer::state() const {
  if (model_) return model_->state();
  if (custom_) return custom_->state();
  std::vector<StateEntry> entries;
  for (std::size_t i = 0; i < children_.size(); ++i) {
    append_state(entries, std::string(def_->child_paths[i]), children_[i]->state());
  }
  if (children_.empty() && !weights_.empty()) entries.push_back({std::string(def_->state_path), weights_});
  return entries;
}

void Layer::build(std::span<const Shape> inputs, const std::function<std::int64_t()>& next_seed,
                  const std::string& scope) {
  if (built_) return;
  built_ = true;
  if (custom_) return custom_->build(inputs, scope);
  try {
    build_children(inputs, next_seed, scope);
    if (def_->weights == nullptr) return;
    for (WeightDef& weight : def_->weights(*this, inputs)) {
      auto variable = std::make_shared<Variable>();
      variable->name = fmt::format("{}{}:0", scope, weight.name);
      variable->trainable = weight.trainable && trainable();
      const bool is_argument = config_.contains(weight.initializer);
      const Json initializer = is_argument ? config_.at(weight.initializer) : normalize_initializer(weight.initializer);
      variable->value = draw_initial_values(initializer, weight.shape, next_seed);
      if (weight.adjust != nullptr) weight.adjust(variable->value.as<float>());
      variable->constraint = make_constraint(constraint_of(weight, config_));
      weights_.push_back(std::move(variable));
      weight_defs_.push_back(std::move(weight));
    }
  } catch (const Error& error) {
    reject(error.kind(), error.message());
  }
}

void Layer::build_children(std::span<const Shape> inputs, const std::function<std::int64_t()>& next_seed,
                           const std::string& scope) {
  for (const auto& child : children_) {
    const Shape shape = def_->child_input != nullptr ? def_->child_input(*this, inputs[0]) : inputs[0];
    child->build(std::vector{shape}, next_seed);
    for (const auto& variable : child->weights()) {
      const std::string own = def_->named_children ? variable->name : variable->name.substr(child->name().size() + 1);
      variable->name = scope + own;
      weights_.push_back(variable);
    }
  }
}

std::shared_ptr<Variable> Layer::weight(std::string_view name) const {
  const auto found = std::ranges::find(weight_defs_, name, &WeightDef::name);
  MLTK_ASSERT(found != weight_defs_.end());
  return weights_[static_cast<std::size_t>(found - weight_defs_.begin())];
}

std::vector<ValueId> Layer::call_all(Graph& graph, std::span<const ValueId> inputs, bool training,
                                     const std::string& prefix, const Json& keywords) const {
  if (const Json given = keywords.value("training", Json()); given.is_boolean()) training = given.get<bool>();
  if (model_) return model_->call(graph, inputs, training, prefix + name_ + "/");
  const ScopeGuard scope(graph, {.layer = prefix + name_, .source = source_});
  if (custom_) return custom_->call(graph, inputs, training, keywords);
  const CallInputs given = split_masks(graph, inputs, keywords.value("mask", Json()));
  if (given.tensors.size() > def_->most_inputs) {
    reject(ErrorKind::invalid_argument,
           fmt::format("got {} inputs, expected at most {}", given.tensors.size(), def_->most_inputs));
  }
  try {
    const CallContext context{.graph = graph,
                              .layer = *this,
                              .inputs = given.tensors,
                              .training = training,
                              .masks = given.masks,
                              .zero_masked_outputs = keywords.value("zero_output_for_mask", false)};
    std::vector<ValueId> results =
        def_->call_all != nullptr ? def_->call_all(context) : std::vector<ValueId>{def_->call(context)};
    if (const ValueId mask = def_->mask != nullptr ? def_->mask(context) : ValueId{}; mask.valid()) {
      graph.set_mask(results[0], mask);
    }
    const Json regularizer = config_.value("activity_regularizer", Json());
    if (!regularizer.is_null() && graph.collects_penalties()) add_activity_penalty(graph, results[0], regularizer);
    return results;
  } catch (const Error& error) {
    reject(error.kind(), error.message());
  }
}

void Layer::add_penalties(Graph& graph) const {
  if (model_) return model_->add_penalties(graph);
  if (custom_) return custom_->add_penalties(graph);
  for (const auto& child : children_) child->add_penalties(graph);
  for (std::size_t i = 0; i < weight_defs_.size(); ++i) {
    const std::string& argument = weight_defs_[i].regularizer;
    if (argument.empty() || config_.at(argument).is_null()) continue;
    graph.add_penalty(add_penalty(graph, graph.add_variable(weights_[i]), config_.at(argument)));
  }
}

void Layer::reject(ErrorKind kind, std::string_view text) const {
  const std::string where = to_string(source_);
  fail(kind, "layer '{}' ({}{}): {}", name_, class_name(), where.empty() ? "" : ", " + where, text);
}

std::vector<std::shared_ptr<SymbolicTensor>> call_layer_all(const std::shared_ptr<Layer>& layer,
                                                            std::vector<std::shared_ptr<SymbolicTensor>> inputs,
                                                            const std::function<std::int64_t()>& next_seed,
                                                            Json keywords) {
  std::vector<Shape> shapes;
  Graph graph;
  std::vector<ValueId> values;
  for (const auto& input : inputs) {
    shapes.push_back(input->shape());
    values.push_back(graph.add_input("x", {DType::float32, input->shape()}));
    if (input->mask().rank() > 0) {
      graph.set_mask(values.back(), graph.add_input("mask", {DType::float32, input->mask()}));
    }
  }
  layer->build(shapes, next_seed);
  const auto call = std::make_shared<LayerCall>(LayerCall{layer, std::move(inputs), std::move(keywords), {}});
  if (layer->is_input()) {
    call->shapes.push_back(layer->given_input_shape());
  } else {
    for (const ValueId result : layer->call_all(graph, values, false, "", call->keywords)) {
      call->shapes.push_back(graph.shape(result));
      const ValueId mask = graph.mask(result);
      call->masks.push_back(mask.valid() ? graph.shape(mask) : Shape{});
    }
  }
  std::vector<std::shared_ptr<SymbolicTensor>> results;
  for (std::size_t i = 0; i < call->shapes.size(); ++i) {
    results.push_back(std::make_shared<SymbolicTensor>(SymbolicTensor{call, i}));
  }
  return results;
}

std::shared_ptr<SymbolicTensor> call_layer(const std::shared_ptr<Layer>& layer,
                                           std::vector<std::shared_ptr<SymbolicTensor>> inputs,
                                           const std::function<std::int64_t()>& next_seed) {
  const auto results = call_layer_all(layer, std::move(inputs), next_seed);
  if (results.size() != 1) {
    layer->reject(ErrorKind::invalid_argument, fmt::format("gives {} results where one is expected", results.size()));
  }
  return results[0];
}

}  // namespace mltk::keras
