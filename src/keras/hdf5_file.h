#pragma once

#include <hdf5.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "keras/layer.h"

namespace mltk::keras {

/// HDF5 as Keras uses it: groups, attributes of strings, data sets of numbers.

/// A handle of the HDF5 library.
class Hdf5Handle {
 public:
  /// Throws Error(invalid_model) when `id` is none: "cannot `what`".
  Hdf5Handle(hid_t id, herr_t (*close)(hid_t), std::string_view what) : id_(id), close_(close) {
    if (id_ < 0) fail(ErrorKind::invalid_model, "HDF5: cannot {}", what);
  }
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;
  ~Hdf5Handle() { close_(id_); }
  operator hid_t() const { return id_; }  // NOLINT: it stands for the id everywhere

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// Keeps the library from printing its error stack; errors are exceptions here.
class Hdf5Quiet {
 public:
  Hdf5Quiet();
  ~Hdf5Quiet();
  Hdf5Quiet(const Hdf5Quiet&) = delete;
  Hdf5Quiet& operator=(const Hdf5Quiet&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// Writes groups, attributes and data sets without times, so that the same content has the same bytes.
class Hdf5Writer {
 public:
  Hdf5Writer();

  hid_t root() const { return file_; }
  /// `name` may hold slashes: groups are made on the way.
  Hdf5Handle group(hid_t parent, const std::string& name) const;
  void attribute(hid_t object, const char* name, const std::string& text) const;
  void attribute(hid_t object, const char* name, const std::vector<std::string>& texts) const;
  /// `path` may hold slashes: groups are made on the way.
  void dataset(hid_t parent, const std::string& path, const Tensor& tensor) const;
  /// The bytes of the file.
  std::vector<std::uint8_t> image() const;

 private:
  Hdf5Quiet quiet_;
  Hdf5Handle file_;
};

/// Reads them. Its errors name the file.
class Hdf5Reader {
 public:
  explicit Hdf5Reader(const std::filesystem::path& path);
  /// A file in memory; `name` stands for it in errors.
  Hdf5Reader(std::string name, std::vector<std::uint8_t> bytes);

  hid_t root() const { return file_; }
  bool has(hid_t object, const char* name) const { return H5Lexists(object, name, H5P_DEFAULT) > 0; }
  bool has_attribute(hid_t object, const char* name) const { return H5Aexists(object, name) > 0; }
  Hdf5Handle group(hid_t parent, const std::string& name) const;
  std::vector<std::string> names(hid_t group) const;

  /// Strings of an attribute; empty when it is absent.
  std::vector<std::string> strings(hid_t object, const char* name) const;
  /// Keras spreads long lists over attributes name0, name1, ...
  std::vector<std::string> chunked_strings(hid_t object, const std::string& name) const;
  Tensor dataset(hid_t parent, const std::string& path, DType dtype = DType::float32) const;
  /// A data set of whole numbers as int64, of others as float32.
  Tensor number(hid_t parent, const std::string& path) const;
  /// The JSON of an attribute of the file; null when it is absent.
  Json json(const char* name) const;

  [[noreturn]] void reject(std::string_view text) const { fail(ErrorKind::invalid_model, "{}: {}", name_, text); }

 private:
  Hdf5Quiet quiet_;
  std::string name_;
  std::vector<std::uint8_t> bytes_;
  Hdf5Handle file_;

  static hid_t open(const std::filesystem::path& path);
  static hid_t open(const std::string& name, std::vector<std::uint8_t>& bytes);
};

}  // namespace mltk::keras
