#include "keras/h5.h"

#include <algorithm>
#include <map>

#include "base/file.h"
#include "keras/hdf5_file.h"

namespace mltk::keras {
namespace {

using Handle = Hdf5Handle;
using Reader = Hdf5Reader;
using Writer = Hdf5Writer;

/// Call `write` with a writer, then write the file.
template <class F>
void write_whole(const std::filesystem::path& path, const F& write) {
  const Writer writer;
  write(writer);
  write_file(path, writer.image());
}

/// The order of a layer's weights in a file: what is trained first, which matters for a model used as a layer.
std::vector<std::shared_ptr<Variable>> weights_in_file(const Layer& layer) {
  auto weights = layer.weights();
  std::ranges::stable_partition(weights, [](const auto& variable) { return variable->trainable; });
  return weights;
}

void write_weights(const Writer& writer, hid_t group, const Model& model) {
  std::vector<std::string> names;
  for (const auto& layer : model.layers()) names.push_back(layer->name());
  writer.attribute(group, "layer_names", names);
  writer.attribute(group, "backend", std::string("tensorflow"));
  writer.attribute(group, "keras_version", std::string(kKerasVersion));
  for (const auto& layer : model.layers()) {
    const Handle own = writer.group(group, layer->name());
    std::vector<std::string> weights;
    for (const auto& variable : weights_in_file(*layer)) weights.push_back(variable->name);
    writer.attribute(own, "weight_names", weights);
    for (const auto& variable : layer->weights()) writer.dataset(own, variable->name, variable->value);
  }
  const Handle top = writer.group(group, "top_level_model_weights");
  writer.attribute(top, "weight_names", std::vector<std::string>());
}

void collect_datasets(const Reader& reader, hid_t group, const std::string& prefix, NamedTensors& result) {
  for (const std::string& name : reader.names(group)) {
    const Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose, "open an object");
    const std::string path = prefix + name;
    if (H5Iget_type(object) == H5I_GROUP) {
      collect_datasets(reader, object, path + "/", result);
    } else {
      const bool whole = path == "iteration:0" || path.ends_with("/iter:0");
      result.emplace_back(path, reader.dataset(group, name, whole ? DType::int64 : DType::float32));
    }
  }
}

}  // namespace

void save_h5_model(const std::filesystem::path& path, const Model& model, const Json& training_config,
                   const NamedTensors& optimizer_weights) {
  write_whole(path, [&](const Writer& writer) {
    writer.attribute(writer.root(), "backend", std::string("tensorflow"));
    writer.attribute(writer.root(), "keras_version", std::string(kKerasVersion));
    writer.attribute(writer.root(), "model_config",
                     to_python_json({{"class_name", model.class_name()}, {"config", model.config()}}));
    if (!training_config.is_null()) writer.attribute(writer.root(), "training_config", to_python_json(training_config));
    {
      const Handle group = writer.group(writer.root(), "model_weights");
      write_weights(writer, group, model);
    }
    if (!optimizer_weights.empty()) {
      const Handle group = writer.group(writer.root(), "optimizer_weights");
      std::vector<std::string> names;
      for (const auto& [name, tensor] : optimizer_weights) names.push_back(name);
      writer.attribute(group, "weight_names", names);
      for (const auto& [name, tensor] : optimizer_weights) writer.dataset(group, name, tensor);
    }
  });
}

void save_h5_weights(const std::filesystem::path& path, const Model& model) {
  write_whole(path, [&](const Writer& writer) { write_weights(writer, writer.root(), model); });
}

LoadedModel load_h5_model(const std::filesystem::path& path, const LayerFactory& make_custom) {
  LoadedModel loaded;
  {
    const Reader reader(path);
    const Json config = reader.json("model_config");
    if (config.is_null()) {
      reader.reject("has no model_config: it holds weights alone. Build the model and use load_weights()");
    }
    try {
      // Initial values do not matter, they are replaced.
      loaded.model = model_from_config(config, [] { return std::int64_t{0}; }, make_custom);
    } catch (Error& error) {
      error.add_note(fmt::format("while reading {}", path.string()));
      throw;
    } catch (const Json::exception& error) {
      reader.reject(fmt::format("its model_config is not Keras' ({})", error.what()));
    }
    loaded.training_config = reader.json("training_config");
    if (reader.has(reader.root(), "optimizer_weights")) {
      const Handle group = reader.group(reader.root(), "optimizer_weights");
      collect_datasets(reader, group, "", loaded.optimizer_weights);
    }
  }
  load_h5_weights(path, *loaded.model);
  return loaded;
}

void load_h5_weights(const std::filesystem::path& path, Model& model, bool by_name, bool skip_mismatch) {
  const Reader reader(path);
  const bool whole = reader.has(reader.root(), "model_weights");
  const Handle group = reader.group(reader.root(), whole ? "model_weights" : "/");

  struct Source {
    std::string layer;
    std::vector<std::string> weights;
  };
  std::vector<Source> sources;
  for (const std::string& name : reader.chunked_strings(group, "layer_names")) {
    const Handle own = reader.group(group, name);
    Source source{name, reader.chunked_strings(own, "weight_names")};
    if (!source.weights.empty()) sources.push_back(std::move(source));
  }
  std::vector<std::shared_ptr<Layer>> targets;
  for (const auto& layer : model.layers()) {
    if (!layer->weights().empty()) targets.push_back(layer);
  }
  if (!by_name && sources.size() != targets.size()) {
    reader.reject(fmt::format("has weights for {} layers, model '{}' has {} layers with weights", sources.size(),
                              model.name(), targets.size()));
  }

  for (std::size_t i = 0; i < sources.size(); ++i) {
    std::shared_ptr<Layer> target = by_name ? nullptr : targets[i];
    for (const auto& layer : targets) {
      if (by_name && layer->name() == sources[i].layer) target = layer;
    }
    if (target == nullptr) continue;
    if (sources[i].weights.size() != target->weights().size()) {
      if (skip_mismatch) continue;
      reader.reject(fmt::format("layer '{}' has {} weights, '{}' of the model has {}", sources[i].layer,
                                sources[i].weights.size(), target->name(), target->weights().size()));
    }
    const Handle own = reader.group(group, sources[i].layer);
    const auto variables = weights_in_file(*target);
    for (std::size_t k = 0; k < sources[i].weights.size(); ++k) {
      Tensor value = reader.dataset(own, sources[i].weights[k]);
      Variable& variable = *variables[k];
      if (value.shape() != variable.value.shape()) {
        if (skip_mismatch) continue;
        reader.reject(fmt::format("'{}' is {}, '{}' of the model is {}", sources[i].weights[k],
                                  to_string(value.shape()), variable.name, to_string(variable.value.shape())));
      }
      variable.value = std::move(value);
    }
  }
}

void save_state(const std::filesystem::path& path, const TrainingState& state) {
  write_whole(path, [&](const Writer& writer) {
    nlohmann::json header = {{"epoch", state.epoch},
                             {"batch_in_epoch", state.batch_in_epoch},
                             {"iteration", state.iteration},
                             {"learning_rate", state.learning_rate},
                             {"extra", state.extra}};
    const std::vector<std::uint8_t> bytes = nlohmann::json::to_cbor(header);
    Tensor packed(DType::int32, {static_cast<std::int64_t>((bytes.size() + 3) / 4) + 1});
    packed.as<std::int32_t>()[0] = static_cast<std::int32_t>(bytes.size());
    std::ranges::copy(bytes, packed.bytes().begin() + 4);
    writer.dataset(writer.root(), "state", packed);
    std::vector<std::string> names;
    for (const auto& [name, tensor] : state.tensors) names.push_back(name);
    writer.attribute(writer.root(), "tensor_names", names);
    for (std::size_t i = 0; i < state.tensors.size(); ++i) {
      writer.dataset(writer.root(), fmt::format("tensors/{:06}", i), state.tensors[i].second);
    }
  });
}

TrainingState load_state(const std::filesystem::path& path) {
  const Reader reader(path);
  TrainingState state;
  const Tensor packed = reader.dataset(reader.root(), "state", DType::int32);
  const auto size = packed.elements() > 0 ? packed.as<std::int32_t>()[0] : -1;
  if (size < 0 || static_cast<std::size_t>(size) + 4 > packed.bytes().size()) reader.reject("its state is damaged");
  try {
    const auto header = nlohmann::json::from_cbor(packed.bytes().subspan(4, static_cast<std::size_t>(size)));
    state.epoch = header.at("epoch");
    state.batch_in_epoch = header.at("batch_in_epoch");
    state.iteration = header.at("iteration");
    state.learning_rate = header.at("learning_rate");
    state.extra = header.at("extra");
  } catch (const nlohmann::json::exception&) {
    reader.reject("its state is damaged");
  }
  const auto names = reader.strings(reader.root(), "tensor_names");
  for (std::size_t i = 0; i < names.size(); ++i) {
    state.tensors.emplace_back(names[i], reader.dataset(reader.root(), fmt::format("tensors/{:06}", i)));
  }
  return state;
}

}  // namespace mltk::keras
