#include "keras/hdf5_file.h"

namespace mltk::keras {
namespace {

using Handle = Hdf5Handle;

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

/// Access to a file that lies in memory.
Handle in_memory() {
  constexpr std::size_t kIncrement = 1 << 20;
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  check(H5Pset_fapl_core(access, kIncrement, false), "choose memory");
  return Handle(access, H5Pclose, "make a property list");
}

/// HDF5 never writes to the disk itself: when that fails, it crashes at exit.
hid_t create_in_memory() { return H5Fcreate("memory", H5F_ACC_TRUNC, H5P_DEFAULT, in_memory()); }

}  // namespace

Hdf5Quiet::Hdf5Quiet() {
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Quiet::~Hdf5Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

Hdf5Writer::Hdf5Writer() : file_(create_in_memory(), H5Fclose, "create a file in memory") {}

Hdf5Handle Hdf5Writer::group(hid_t parent, const std::string& name) const {
  const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "make a property list");
  H5Pset_create_intermediate_group(links, 1);
  const Handle list(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "make a property list");
  H5Pset_obj_track_times(list, false);
  return Handle(H5Gcreate2(parent, name.c_str(), links, list, H5P_DEFAULT), H5Gclose, "create a group");
}

void Hdf5Writer::attribute(hid_t object, const char* name, const std::string& text) const {
  const Handle type = string_type();
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "make a data space");
  const Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         "create an attribute");
  const char* pointer = text.c_str();
  check(H5Awrite(attribute, type, &pointer), "write an attribute");
}

void Hdf5Writer::attribute(hid_t object, const char* name, const std::vector<std::string>& texts) const {
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

void Hdf5Writer::dataset(hid_t parent, const std::string& path, const Tensor& tensor) const {
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

std::vector<std::uint8_t> Hdf5Writer::image() const {
  check(H5Fflush(file_, H5F_SCOPE_GLOBAL), "flush a file in memory");
  const ssize_t size = H5Fget_file_image(file_, nullptr, 0);
  check(size < 0 ? -1 : 0, "tell the size of a file");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  check(H5Fget_file_image(file_, bytes.data(), bytes.size()) < 0 ? -1 : 0, "copy a file");
  return bytes;
}

Hdf5Reader::Hdf5Reader(const std::filesystem::path& path)
    : name_(path.string()), file_(open(path), H5Fclose, "open the file") {}

Hdf5Reader::Hdf5Reader(std::string name, std::vector<std::uint8_t> bytes)
    : name_(std::move(name)), bytes_(std::move(bytes)), file_(open(name_, bytes_), H5Fclose, "open the file") {}

hid_t Hdf5Reader::open(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) fail(ErrorKind::io, "{}: no such file", path.string());
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id < 0)
    fail(ErrorKind::invalid_model, "{}: not a readable HDF5 file (truncated or of another kind)", path.string());
  return id;
}

hid_t Hdf5Reader::open(const std::string& name, std::vector<std::uint8_t>& bytes) {
  const Handle access = in_memory();
  check(H5Pset_file_image(access, bytes.data(), bytes.size()), "read memory");
  const hid_t id = H5Fopen("memory", H5F_ACC_RDONLY, access);
  if (id < 0) fail(ErrorKind::invalid_model, "{}: not a readable HDF5 file (truncated or of another kind)", name);
  return id;
}

Hdf5Handle Hdf5Reader::group(hid_t parent, const std::string& name) const {
  const hid_t id = H5Gopen2(parent, name.c_str(), H5P_DEFAULT);
  if (id < 0) reject(fmt::format("cannot find the group '{}'", name));
  return Handle(id, H5Gclose, "open a group");
}

std::vector<std::string> Hdf5Reader::names(hid_t group) const {
  std::vector<std::string> names;
  H5G_info_t info;
  if (H5Gget_info(group, &info) < 0) return names;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    char name[1024];
    if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof(name), H5P_DEFAULT) >= 0) {
      names.emplace_back(name);
    }
  }
  return names;
}

std::vector<std::string> Hdf5Reader::strings(hid_t object, const char* name) const {
  if (!has_attribute(object, name)) return {};
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

std::vector<std::string> Hdf5Reader::chunked_strings(hid_t object, const std::string& name) const {
  std::vector<std::string> texts = strings(object, name.c_str());
  for (int i = 0; has_attribute(object, fmt::format("{}{}", name, i).c_str()); ++i) {
    for (std::string& text : strings(object, fmt::format("{}{}", name, i).c_str())) texts.push_back(std::move(text));
  }
  return texts;
}

Tensor Hdf5Reader::dataset(hid_t parent, const std::string& path, DType dtype) const {
  const hid_t id = H5Dopen2(parent, path.c_str(), H5P_DEFAULT);
  if (id < 0) reject(fmt::format("cannot find the data set '{}'", path));
  const Handle set(id, H5Dclose, "open a data set");
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

Tensor Hdf5Reader::number(hid_t parent, const std::string& path) const {
  const hid_t id = H5Dopen2(parent, path.c_str(), H5P_DEFAULT);
  if (id < 0) reject(fmt::format("cannot find the data set '{}'", path));
  const Handle set(id, H5Dclose, "open a data set");
  const Handle type(H5Dget_type(set), H5Tclose, "read a type");
  return dataset(parent, path, H5Tget_class(type) == H5T_INTEGER ? DType::int64 : DType::float32);
}

Json Hdf5Reader::json(const char* name) const {
  const auto texts = strings(root(), name);
  if (texts.empty()) return nullptr;
  try {
    return Json::parse(texts[0]);
  } catch (const Json::exception&) {
    reject(fmt::format("attribute '{}' is not JSON", name));
  }
}

}  // namespace mltk::keras
