#include "keras/h5.h"

#include <hdf5.h>

#include <algorithm>
#include <map>

#include "base/file.h"

namespace mltk::keras {
namespace {

constexpr std::string_view kKerasVersion = "2.15.0";

/// A handle of the HDF5 library.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t), std::string_view what) : id_(id), close_(close) {
    if (id_ < 0) fail(ErrorKind::invalid_model, "HDF5: cannot {}", what);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close_(id_); }
  operator hid_t() const { return id_; }  // NOLINT: it stands for the id everywhere

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// Keeps the library from printing its error stack; errors are exceptions here.
class Quiet {
 public:
  Quiet() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

void check(herr_t status, std::string_view what) {
  if (status < 0) fail(ErrorKind::io, "HDF5: cannot {}", what);
}

hid_t native_type(DType type) {
  switch (type) {
    case DType::float32: return H5T_IEEE_F32LE;
    case DType::float64: return H5T_IEEE_F64LE;
    case DType::int32: return H5T_STD_I32LE;
    case DType::int64: return H5T_STD_I64LE;
    default: fail(ErrorKind::internal, "no HDF5 type for {}", to_string(type));
  }
}

Handle string_type() {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  return Handle(type, H5Tclose, "make a string type");
}

/// Writes groups, attributes and data sets without times, so that the same content has the same bytes.
class Writer {
 public:
  Writer() : file_(create(), H5Fclose, "create a file in memory") {}

  hid_t root() const { return file_; }

  Handle group(hid_t parent, const std::string& name) const {
    const Handle list(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "make a property list");
    H5Pset_obj_track_times(list, false);
    return Handle(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, list, H5P_DEFAULT), H5Gclose, "create a group");
  }

  void attribute(hid_t object, const char* name, const std::string& text) const {
    const Handle type = string_type();
    const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "make a data space");
    const Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                           "create an attribute");
    const char* pointer = text.c_str();
    check(H5Awrite(attribute, type, &pointer), "write an attribute");
  }

  void attribute(hid_t object, const char* name, const std::vector<std::string>& texts) const {
    const hsize_t count = texts.size();
    const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose, "make a data space");
    if (texts.empty()) {
      // h5py has no type for an empty list and takes double.
      const Handle empty(H5Acreate2(object, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         "create an attribute");
      return;
    }
    const Handle type = string_type();
    const Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                           "create an attribute");
    std::vector<const char*> pointers;
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    check(H5Awrite(attribute, type, pointers.data()), "write an attribute");
  }

  /// `path` may hold slashes: groups are made on the way.
  void dataset(hid_t parent, const std::string& path, const Tensor& tensor) const {
    const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "make a property list");
    H5Pset_create_intermediate_group(links, 1);
    const Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make a property list");
    H5Pset_obj_track_times(list, false);
    std::vector<hsize_t> dims(tensor.shape().begin(), tensor.shape().end());
    const Handle space(
        dims.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr),
        H5Sclose, "make a data space");
    const hid_t type = native_type(tensor.dtype());
    const Handle set(H5Dcreate2(parent, path.c_str(), type, space, links, list, H5P_DEFAULT), H5Dclose,
                     "create a data set");
    if (tensor.elements() > 0)
      check(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.bytes().data()), "write a data set");
  }

  /// The bytes of the file.
  std::vector<std::uint8_t> image() const {
    check(H5Fflush(file_, H5F_SCOPE_GLOBAL), "flush a file in memory");
    const ssize_t size = H5Fget_file_image(file_, nullptr, 0);
    check(size < 0 ? -1 : 0, "tell the size of a file");
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    check(H5Fget_file_image(file_, bytes.data(), bytes.size()) < 0 ? -1 : 0, "copy a file");
    return bytes;
  }

 private:
  Handle file_;

  /// HDF5 never writes to the disk itself: when that fails, it crashes at exit.
  static hid_t create() {
    constexpr std::size_t kIncrement = 1 << 20;
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make a property list");
    check(H5Pset_fapl_core(access, kIncrement, false), "choose memory");
    return H5Fcreate("memory", H5F_ACC_TRUNC, H5P_DEFAULT, access);
  }
};

/// Call `write` with a writer, then write the file.
template <class F>
void write_whole(const std::filesystem::path& path, const F& write) {
  const Quiet quiet;
  const Writer writer;
  write(writer);
  write_file(path, writer.image());
}

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path), file_(open(path), H5Fclose, "open the file") {}

  hid_t root() const { return file_; }
  bool has(hid_t object, const char* name) const { return H5Lexists(object, name, H5P_DEFAULT) > 0; }
  Handle group(hid_t parent, const std::string& name) const {
    return Handle(H5Gopen2(parent, name.c_str(), H5P_DEFAULT), H5Gclose, fmt::format("find the group '{}'", name));
  }

  /// Strings of an attribute; empty when it is absent.
  std::vector<std::string> strings(hid_t object, const char* name) const {
    if (H5Aexists(object, name) <= 0) return {};
    const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute");
    const Handle type(H5Aget_type(attribute), H5Tclose, "read a type");
    const Handle space(H5Aget_space(attribute), H5Sclose, "read a data space");
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    if (count <= 0 || H5Tget_class(type) != H5T_STRING) return {};
    std::vector<std::string> texts;
    if (H5Tis_variable_str(type) > 0) {
      std::vector<char*> pointers(static_cast<std::size_t>(count), nullptr);
      if (H5Aread(attribute, type, pointers.data()) < 0) reject(fmt::format("attribute '{}' cannot be read", name));
      for (const char* text : pointers) texts.emplace_back(text != nullptr ? text : "");
      H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
      return texts;
    }
    const std::size_t size = H5Tget_size(type);
    std::vector<char> bytes(size * static_cast<std::size_t>(count));
    if (H5Aread(attribute, type, bytes.data()) < 0) reject(fmt::format("attribute '{}' cannot be read", name));
    for (hssize_t i = 0; i < count; ++i) {
      const std::string_view text(bytes.data() + static_cast<std::size_t>(i) * size, size);
      texts.emplace_back(text.substr(0, text.find('\0')));
    }
    return texts;
  }

  /// Keras spreads long lists over attributes name0, name1, ...
  std::vector<std::string> chunked_strings(hid_t object, const std::string& name) const {
    std::vector<std::string> texts = strings(object, name.c_str());
    for (int i = 0; H5Aexists(object, fmt::format("{}{}", name, i).c_str()) > 0; ++i) {
      for (std::string& text : strings(object, fmt::format("{}{}", name, i).c_str())) texts.push_back(std::move(text));
    }
    return texts;
  }

  Tensor dataset(hid_t parent, const std::string& path, DType dtype = DType::float32) const {
    const Handle set(H5Dopen2(parent, path.c_str(), H5P_DEFAULT), H5Dclose,
                     fmt::format("find the data set '{}'", path));
    const Handle space(H5Dget_space(set), H5Sclose, "read a data space");
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 0) reject(fmt::format("data set '{}' has no shape", path));
    std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space, dims.data(), nullptr);
    Tensor tensor(dtype, Shape(std::vector<std::int64_t>(dims.begin(), dims.end())));
    if (tensor.elements() > 0 &&
        H5Dread(set, native_type(dtype), H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.bytes().data()) < 0) {
      reject(fmt::format("data set '{}' cannot be read", path));
    }
    return tensor;
  }

  Json json(const char* name) const {
    const auto texts = strings(root(), name);
    if (texts.empty()) return nullptr;
    try {
      return Json::parse(texts[0]);
    } catch (const Json::exception&) {
      reject(fmt::format("attribute '{}' is not JSON", name));
    }
  }

  [[noreturn]] void reject(std::string_view text) const {
    fail(ErrorKind::invalid_model, "{}: {}", path_.string(), text);
  }

 private:
  const std::filesystem::path& path_;
  Handle file_;

  static hid_t open(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) fail(ErrorKind::io, "{}: no such file", path.string());
    const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (id < 0)
      fail(ErrorKind::invalid_model, "{}: not a readable HDF5 file (truncated or of another kind)", path.string());
    return id;
  }
};

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
  H5G_info_t info;
  if (H5Gget_info(group, &info) < 0) return;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    char name[1024];
    if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof(name), H5P_DEFAULT) < 0) continue;
    const Handle object(H5Oopen(group, name, H5P_DEFAULT), H5Oclose, "open an object");
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

void save_model(const std::filesystem::path& path, const Model& model, const Json& training_config,
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

void save_weights(const std::filesystem::path& path, const Model& model) {
  write_whole(path, [&](const Writer& writer) { write_weights(writer, writer.root(), model); });
}

LoadedModel load_model(const std::filesystem::path& path, const LayerFactory& make_custom) {
  const Quiet quiet;
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
  load_weights(path, *loaded.model);
  return loaded;
}

void load_weights(const std::filesystem::path& path, Model& model, bool by_name, bool skip_mismatch) {
  const Quiet quiet;
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
  const Quiet quiet;
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
