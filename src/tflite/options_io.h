#pragma once

#include <flatbuffers/flatbuffers.h>

#include <any>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "tflite/model.h"

namespace mltk::tflite {

/// How a value stands in the file: enumerations and bools as their number.
template <class T, bool = std::is_enum_v<T>>
struct StoredAs {
  using type = std::underlying_type_t<T>;
};
template <class T>
struct StoredAs<T, false> {
  using type = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;
};

constexpr flatbuffers::voffset_t field_slot(int id) { return static_cast<flatbuffers::voffset_t>(4 + 2 * id); }

/// Visitor that fills an options struct from a verified table of foreign bytes, field by field.
class OptionsReader {
 public:
  OptionsReader(const flatbuffers::Table& table, flatbuffers::Verifier& verifier)
      : table_(table), verifier_(verifier) {}

  template <class T>
  void operator()(int id, std::string_view name, T& value, std::type_identity_t<T> missing) {
    using Stored = typename StoredAs<T>::type;
    if (!table_.VerifyField<Stored>(verifier_, field_slot(id), sizeof(Stored))) fail_field(name);
    const auto stored = table_.GetField<Stored>(field_slot(id), static_cast<Stored>(missing));
    if constexpr (std::is_enum_v<T>) {
      if (stored < 0 || stored > last_enumerator(T{})) {
        fail(ErrorKind::invalid_model, "option {} is {}; expected 0 to {}", name, static_cast<int>(stored),
             last_enumerator(T{}));
      }
    }
    value = static_cast<T>(stored);
  }

  void operator()(int id, std::string_view name, std::string& value) {
    if (!table_.VerifyOffset(verifier_, field_slot(id))) fail_field(name);
    const auto* stored = table_.GetPointer<const flatbuffers::String*>(field_slot(id));
    if (!verifier_.VerifyString(stored)) fail_field(name);
    if (stored != nullptr) value = stored->str();
  }

  void operator()(int id, std::string_view name, std::vector<std::int32_t>& value) {
    if (!table_.VerifyOffset(verifier_, field_slot(id))) fail_field(name);
    const auto* stored = table_.GetPointer<const flatbuffers::Vector<std::int32_t>*>(field_slot(id));
    if (!verifier_.VerifyVector(stored)) fail_field(name);
    if (stored != nullptr) value.assign(stored->begin(), stored->end());
  }

 private:
  [[noreturn]] static void fail_field(std::string_view name) {
    fail(ErrorKind::invalid_model, "option {} lies outside of the file; is the file complete?", name);
  }

  const flatbuffers::Table& table_;
  flatbuffers::Verifier& verifier_;
};

/// Visitor that writes an options struct: strings and vectors on the first visit, the table's fields on the second.
class OptionsWriter {
 public:
  explicit OptionsWriter(flatbuffers::FlatBufferBuilder& builder) : builder_(builder) {}

  template <class T>
  void operator()(int id, std::string_view, T& value, std::type_identity_t<T> missing) {
    using Stored = typename StoredAs<T>::type;
    if (in_table_) builder_.AddElement(field_slot(id), static_cast<Stored>(value), static_cast<Stored>(missing));
  }

  void operator()(int id, std::string_view, std::string& value) {
    if (in_table_) {
      builder_.AddOffset(field_slot(id), strings_[id]);
    } else {
      strings_[id] = builder_.CreateString(value);
    }
  }

  void operator()(int id, std::string_view, std::vector<std::int32_t>& value) {
    if (in_table_) {
      builder_.AddOffset(field_slot(id), vector_);
    } else if (!value.empty()) {
      vector_ = builder_.CreateVector(value);  // no options table has two
    }
  }

  template <class Options>
  flatbuffers::uoffset_t write(Options options) {
    options.visit(*this);
    in_table_ = true;
    const flatbuffers::uoffset_t start = builder_.StartTable();
    options.visit(*this);
    return builder_.EndTable(start);
  }

 private:
  flatbuffers::FlatBufferBuilder& builder_;
  flatbuffers::Offset<flatbuffers::Vector<std::int32_t>> vector_;
  std::map<int, flatbuffers::Offset<flatbuffers::String>> strings_;
  bool in_table_ = false;
};

/// Visitor that lists an options struct: names and values, enumerations as their numbers.
class OptionsLister {
 public:
  template <class T>
  void operator()(int, std::string_view name, T& value, std::type_identity_t<T>) {
    if constexpr (std::is_floating_point_v<T>) {
      fields_.emplace_back(name, double{value});
    } else if constexpr (std::is_same_v<T, bool>) {
      fields_.emplace_back(name, value);
    } else {
      fields_.emplace_back(name, static_cast<std::int64_t>(value));
    }
  }
  void operator()(int, std::string_view name, std::string& value) { fields_.emplace_back(name, value); }
  void operator()(int, std::string_view name, std::vector<std::int32_t>& value) { fields_.emplace_back(name, value); }

  template <class Options>
  std::vector<OptionField> list(Options options) {
    options.visit(*this);
    return std::move(fields_);
  }

 private:
  std::vector<OptionField> fields_;
};

/// Reading and writing of one options type, by its `visit`.
struct OptionsCodec {
  std::uint8_t type = 0;  ///< the file's BuiltinOptions number; 0 for an operator without options
  std::any (*read)(OptionsReader&) = nullptr;
  /// Offset of the written table. Throws Error(invalid_argument) when `options` is of another type.
  flatbuffers::uoffset_t (*write)(const std::any& options, OptionsWriter&) = nullptr;
  std::vector<OptionField> (*list)(const std::any& options) = nullptr;
};

template <class Options>
constexpr OptionsCodec options_codec(std::uint8_t type) {
  return {type,
          [](OptionsReader& reader) -> std::any {
            Options options;
            options.visit(reader);
            return options;
          },
          [](const std::any& options, OptionsWriter& writer) {
            const auto* value = std::any_cast<Options>(&options);
            if (value == nullptr) {
              fail(ErrorKind::invalid_argument, "the options are a {}, which is another operator's type",
                   options.type().name());
            }
            return writer.write(*value);
          },
          [](const std::any& options) {
            const auto* value = std::any_cast<Options>(&options);
            return OptionsLister().list(value == nullptr ? Options{} : *value);
          }};
}

}  // namespace mltk::tflite
