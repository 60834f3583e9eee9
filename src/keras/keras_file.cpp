#include "keras/keras_file.h"

#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/zip.h"
#include "keras/hdf5_file.h"
#include "keras/keras_3.h"

namespace mltk::keras {
namespace {

constexpr const char* kConfig = "config.json";
constexpr const char* kMetadata = "metadata.json";
constexpr const char* kWeights = "model.weights.h5";

void write_state(const Hdf5Writer& writer, const std::vector<StateEntry>& entries) {
  {
    const Hdf5Handle root = writer.group(writer.root(), "vars");
  }
  for (const StateEntry& entry : entries) {
    const std::string path = entry.path.empty() ? "vars" : entry.path + "/vars";
    for (std::size_t i = 0; i < entry.variables.size(); ++i) {
      writer.dataset(writer.root(), fmt::format("{}/{}", path, i), entry.variables[i]->value);
    }
  }
}

/// `training_config` of an `.h5` file as the arguments of compile() that a `.keras` file holds.
Json compile_config(const Json& training_config) {
  const auto in_module = [](Json entry, const char* module) {
    if (!entry.is_object() || !entry.contains("class_name")) return entry;
    const auto name = entry["class_name"].get<std::string>();
    entry["class_name"] = name.substr(name.rfind('>') + 1);
    entry["module"] = module;
    entry["registered_name"] = nullptr;
    return entry;
  };
  const auto all_in_module = [&](const Json& entries, const char* module) {
    if (!entries.is_array()) return in_module(entries, module);
    Json result = Json::array();
    for (const Json& entry : entries) {
      Json item = entry;
      if (entry.is_array()) {
        for (Json& inner : item) inner = in_module(inner, module);
      } else {
        item = in_module(entry, module);
      }
      result.push_back(std::move(item));
    }
    return result;
  };
  Json optimizer = in_module(training_config.at("optimizer_config"), "keras.optimizers");
  Json& rate = optimizer["config"]["learning_rate"];
  rate = in_module(rate, "keras.optimizers.schedules");
  return {{"optimizer", optimizer},
          {"loss", all_in_module(training_config.at("loss"), "keras.losses")},
          {"metrics", all_in_module(training_config.at("metrics"), "keras.metrics")},
          {"loss_weights", training_config.at("loss_weights")},
          {"weighted_metrics", all_in_module(training_config.at("weighted_metrics"), "keras.metrics")},
          {"run_eagerly", nullptr},
          {"steps_per_execution", nullptr},
          {"jit_compile", nullptr}};
}

/// Read what stands in groups "vars", by the path of their owner.
void collect_weights(const Hdf5Reader& reader, hid_t group, const std::string& owner,
                     std::map<std::string, std::vector<Tensor>>& result) {
  for (const std::string& name : reader.names(group)) {
    const Hdf5Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose, "open an object");
    if (H5Iget_type(object) != H5I_GROUP) continue;
    if (name != "vars") {
      collect_weights(reader, object, owner.empty() ? name : fmt::format("{}/{}", owner, name), result);
      continue;
    }
    std::vector<Tensor>& tensors = result[owner];
    const std::size_t count = reader.names(object).size();
    for (std::size_t i = 0; i < count; ++i) tensors.push_back(reader.number(object, std::to_string(i)));
  }
}

std::vector<std::uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

std::vector<std::uint8_t> weights_image(const Model& model, const NamedTensors& optimizer_weights) {
  const Hdf5Writer writer;
  write_state(writer, model.state());
  for (std::size_t i = 0; i < optimizer_weights.size(); ++i) {
    writer.dataset(writer.root(), fmt::format("optimizer/vars/{}", i), optimizer_weights[i].second);
  }
  return writer.image();
}

}  // namespace

bool is_weights_file(const std::filesystem::path& path) { return path.filename().string().ends_with(".weights.h5"); }

void save_keras_model(const std::filesystem::path& path, const Model& model, const Json& training_config,
                      const NamedTensors& optimizer_weights) {
  Json description = model.description();
  if (!training_config.is_null()) description["compile_config"] = compile_config(training_config);
  const Json metadata = {{"keras_version", kKerasVersion}};
  write_file(path, make_zip(std::vector<ZipMember>{{kMetadata, bytes_of(to_python_json(metadata))},
                                                   {kConfig, bytes_of(to_python_json(description))},
                                                   {kWeights, weights_image(model, optimizer_weights)}}));
}

void save_keras_weights(const std::filesystem::path& path, const Model& model) {
  write_file(path, weights_image(model, {}));
}

KerasFile::KerasFile(const std::filesystem::path& path) : path_(path) {
  if (is_weights_file(path)) {
    const Hdf5Reader reader(path);
    collect_weights(reader, reader.root(), "", weights_);
  } else {
    read_archive();
  }
}

void KerasFile::reject(std::string_view text) const { fail(ErrorKind::invalid_model, "{}: {}", path_.string(), text); }

void KerasFile::read_archive() {
  const ZipReader archive(path_);
  const auto json_of = [&](const char* member) {
    try {
      return Json::parse(archive.read(member));
    } catch (const Json::exception&) {
      reject(fmt::format("its {} is not JSON", member));
    }
  };
  if (!archive.has(kWeights)) {
    fail(ErrorKind::unsupported, "{}: it has no {}, the only form of weights that is supported", path_.string(),
         kWeights);
  }
  const Hdf5Reader reader(path_.string() + ": " + kWeights, archive.read(kWeights));
  collect_weights(reader, reader.root(), "", weights_);
  try {
    of_keras_3_ = json_of(kMetadata).value("keras_version", std::string()).starts_with("3");
    const Json config = json_of(kConfig);
    description_ = to_keras_2(config);
    if (config.contains("build_config")) description_["build_config"] = config["build_config"];
    const Json compiled = config.value("compile_config", Json());
    if (compiled.is_object() && compiled.contains("optimizer")) {
      training_config_ = to_keras_2(compiled);
      training_config_["optimizer_config"] = training_config_["optimizer"];
    }
  } catch (const Json::exception& error) {
    reject(fmt::format("its {} is not Keras' ({})", kConfig, error.what()));
  }
}

/// The weights of an owner. Keras 2.12 calls a model's layers otherwise, and Keras 3 the parts of an attention.
const std::vector<Tensor>* KerasFile::find(const std::string& owner) const {
  const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
    return text;
  };
  for (const std::string& name :
       {owner, replaced(owner, "layers/", "_layer_checkpoint_dependencies/"), replaced(owner, "/_", "/")}) {
    if (const auto found = weights_.find(name); found != weights_.end()) return &found->second;
  }
  return nullptr;
}

NamedTensors KerasFile::optimizer_weights() const {
  NamedTensors weights;
  const std::vector<Tensor>* tensors = find("optimizer");
  if (tensors == nullptr) return weights;
  // Keras 3 keeps a rate that is no schedule here, too.
  const bool has_rate = of_keras_3_ && !training_config_.is_null() &&
                        training_config_["optimizer_config"]["config"]["learning_rate"].is_number();
  for (std::size_t i = 0; i < tensors->size(); ++i) {
    if (!has_rate || i != 1) weights.emplace_back(std::to_string(i), (*tensors)[i]);
  }
  if (weights.size() == 1) weights.clear();  // it was compiled and has not been trained
  return weights;
}

void KerasFile::load_weights(Model& model, bool skip_mismatch) const {
  std::set<const Variable*> set;
  for (const StateEntry& entry : model.state()) {
    const auto is_set = [&](const auto& variable) { return set.contains(variable.get()); };
    // A layer that stands in several places is in the file once.
    if (std::ranges::all_of(entry.variables, is_set)) continue;
    const std::vector<Tensor>* found = find(entry.path);
    const std::size_t count = found == nullptr ? 0 : found->size();
    if (count != entry.variables.size()) {
      if (skip_mismatch) continue;
      reject(fmt::format("'{}' has {} weights, the model has {} there", entry.path, count, entry.variables.size()));
    }
    const std::vector<Tensor>& tensors = *found;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      Variable& variable = *entry.variables[i];
      if (tensors[i].shape() != variable.value.shape()) {
        if (skip_mismatch) continue;
        reject(fmt::format("'{}/vars/{}' is {}, '{}' of the model is {}", entry.path, i, to_string(tensors[i].shape()),
                           variable.name, to_string(variable.value.shape())));
      }
      variable.value = tensors[i].cast(DType::float32);
      set.insert(&variable);
    }
  }
}

LoadedModel KerasFile::load(const LayerFactory& make_custom) const {
  LoadedModel loaded;
  try {
    loaded.model = model_from_config(description_, [] { return std::int64_t{0}; }, make_custom);
  } catch (Error& error) {
    error.add_note(fmt::format("while reading {}", path_.string()));
    throw;
  } catch (const Json::exception& error) {
    reject(fmt::format("its {} is not Keras' ({})", kConfig, error.what()));
  }
  load_weights(*loaded.model);
  loaded.training_config = training_config_;
  loaded.optimizer_weights = optimizer_weights();
  loaded.optimizer_in_order = true;
  return loaded;
}

}  // namespace mltk::keras
