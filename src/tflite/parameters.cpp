#include "tflite/parameters.h"

#include <fmt/chrono.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <type_traits>

#include "base/error.h"
#include "base/md5.h"
#include "parameters_generated.h"
#include "tflite/metadata.h"
#include "tflite/writer.h"

namespace mltk::tflite {
namespace {

constexpr std::string_view kMetadataName = "SL_PARAMSv1";
constexpr std::uint8_t kSchemaVersion = 1;

/// The table that stores an alternative of ParameterValue.
template <class T>
struct TableOf;
template <>
struct TableOf<bool> {
  using type = fbs::BoolValue;
};
template <>
struct TableOf<std::int8_t> {
  using type = fbs::Int8Value;
};
template <>
struct TableOf<std::uint8_t> {
  using type = fbs::Uint8Value;
};
template <>
struct TableOf<std::int16_t> {
  using type = fbs::Int16Value;
};
template <>
struct TableOf<std::uint16_t> {
  using type = fbs::Uint16Value;
};
template <>
struct TableOf<std::int32_t> {
  using type = fbs::Int32Value;
};
template <>
struct TableOf<std::uint32_t> {
  using type = fbs::Uint32Value;
};
template <>
struct TableOf<std::int64_t> {
  using type = fbs::Int64Value;
};
template <>
struct TableOf<std::uint64_t> {
  using type = fbs::Uint64Value;
};
template <>
struct TableOf<float> {
  using type = fbs::FloatValue;
};
template <>
struct TableOf<double> {
  using type = fbs::DoubleValue;
};
template <>
struct TableOf<std::string> {
  using type = fbs::StringValue;
};
template <>
struct TableOf<std::vector<std::string>> {
  using type = fbs::StringList;
};
template <>
struct TableOf<std::vector<std::int32_t>> {
  using type = fbs::Int32List;
};
template <>
struct TableOf<std::vector<float>> {
  using type = fbs::FloatList;
};
template <>
struct TableOf<std::vector<std::uint8_t>> {
  using type = fbs::BinaryValue;
};

template <class T>
T read_value(const fbs::Entry& entry) {
  using Table = typename TableOf<T>::type;
  const auto& table = *static_cast<const Table*>(entry.value());
  if constexpr (std::is_arithmetic_v<T>) {
    return table.value();
  } else {
    if (table.data() == nullptr) return {};
    if constexpr (std::is_same_v<T, std::string>) {
      return table.data()->str();
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      T strings;
      for (const flatbuffers::String* string : *table.data()) strings.push_back(string->str());
      return strings;
    } else {
      return T(table.data()->begin(), table.data()->end());
    }
  }
}

/// The value whose alternative has index `tag` - 1.
template <std::size_t Index = 0>
ParameterValue read_tagged(const fbs::Entry& entry, std::size_t tag) {
  if constexpr (Index < std::variant_size_v<ParameterValue>) {
    if (tag == Index + 1) return read_value<std::variant_alternative_t<Index, ParameterValue>>(entry);
    return read_tagged<Index + 1>(entry, tag);
  } else {
    fail(ErrorKind::invalid_data, "model parameters: a value has the unknown type {}.", tag);
  }
}

flatbuffers::Offset<void> write_value(flatbuffers::FlatBufferBuilder& builder, const ParameterValue& value) {
  return std::visit(
      [&]<class T>(const T& v) {
        if constexpr (std::is_arithmetic_v<T>) {
          typename TableOf<T>::type::Builder table(builder);
          table.add_value(v);
          return table.Finish().Union();
        } else {
          const auto data = [&] {
            if constexpr (std::is_same_v<T, std::string>)
              return builder.CreateString(v);
            else if constexpr (std::is_same_v<T, std::vector<std::string>>)
              return builder.CreateVectorOfStrings(v);
            else
              return builder.CreateVector(v);
          }();
          typename TableOf<T>::type::Builder table(builder);
          table.add_data(data);
          return table.Finish().Union();
        }
      },
      value);
}

template <class T>
bool fits(std::int64_t value) {
  return value >= static_cast<std::int64_t>(std::numeric_limits<T>::min()) &&
         value <= static_cast<std::int64_t>(std::numeric_limits<T>::max());
}

std::string real_text(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

ParameterValue integer_parameter(std::int64_t value) {
  if (value >= 0) return integer_parameter(static_cast<std::uint64_t>(value));
  if (fits<std::int8_t>(value)) return static_cast<std::int8_t>(value);
  if (fits<std::int16_t>(value)) return static_cast<std::int16_t>(value);
  if (fits<std::int32_t>(value)) return static_cast<std::int32_t>(value);
  return value;
}

ParameterValue integer_parameter(std::uint64_t value) {
  if (value <= std::numeric_limits<std::uint8_t>::max()) return static_cast<std::uint8_t>(value);
  if (value <= std::numeric_limits<std::uint16_t>::max()) return static_cast<std::uint16_t>(value);
  if (value <= std::numeric_limits<std::uint32_t>::max()) return static_cast<std::uint32_t>(value);
  return value;
}

ParameterValue real_parameter(double value) {
  constexpr double kSmallest = 1.175494351e-38;
  constexpr double kLargest = 3.402823466e+38;
  if (value >= kSmallest && value <= kLargest) return static_cast<float>(value);
  return value;
}

std::string to_text(const ParameterValue& value) {
  return std::visit(
      []<class T>(const T& v) -> std::string {
        if constexpr (std::is_same_v<T, bool>) {
          return v ? "True" : "False";
        } else if constexpr (std::is_floating_point_v<T>) {
          return real_text(static_cast<double>(v));
        } else if constexpr (std::is_same_v<T, std::string>) {
          return v;
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          return v.empty() ? "[]" : fmt::format("['{}']", fmt::join(v, "', '"));
        } else if constexpr (std::is_same_v<T, std::vector<float>>) {
          std::vector<std::string> texts;
          for (const float number : v) texts.push_back(real_text(static_cast<double>(number)));
          return fmt::format("[{}]", fmt::join(texts, ", "));
        } else if constexpr (std::is_same_v<T, std::vector<std::int32_t>>) {
          return fmt::format("[{}]", fmt::join(v, ", "));
        } else if constexpr (std::is_same_v<T, std::vector<std::uint8_t>>) {
          return fmt::format("<{} bytes>", v.size());
        } else {
          return fmt::format("{}", v);
        }
      },
      value);
}

const ParameterValue* Parameters::find(std::string_view key) const {
  const auto entry = std::ranges::find(entries_, key, &Entry::first);
  return entry == entries_.end() ? nullptr : &entry->second;
}

void Parameters::set(std::string_view key, ParameterValue value) {
  const auto entry = std::ranges::find(entries_, key, &Entry::first);
  if (entry != entries_.end()) {
    entry->second = std::move(value);
  } else {
    entries_.emplace_back(key, std::move(value));
  }
}

void Parameters::erase(std::string_view key) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.first == key; });
}

std::optional<double> Parameters::number(std::string_view key) const {
  const ParameterValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  return std::visit(
      []<class T>(const T& v) -> std::optional<double> {
        if constexpr (std::is_arithmetic_v<T>)
          return static_cast<double>(v);
        else
          return std::nullopt;
      },
      *value);
}

std::string Parameters::text(std::string_view key) const {
  const ParameterValue* value = find(key);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

std::vector<std::string> Parameters::texts(std::string_view key) const {
  const ParameterValue* value = find(key);
  const auto* texts = value == nullptr ? nullptr : std::get_if<std::vector<std::string>>(value);
  return texts == nullptr ? std::vector<std::string>() : *texts;
}

std::vector<std::uint8_t> encode(const Parameters& parameters) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<fbs::Entry>> entries;
  for (const auto& [key, value] : parameters.entries()) {
    const auto name = builder.CreateString(key);
    const auto stored = write_value(builder, value);
    entries.push_back(fbs::CreateEntry(builder, name, static_cast<fbs::Value>(value.index() + 1), stored));
  }
  const auto vector = builder.CreateVector(entries);
  builder.Finish(fbs::CreateDictionary(builder, kSchemaVersion, vector));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

Parameters decode_parameters(std::span<const std::uint8_t> bytes) {
  const std::vector<std::uint8_t> aligned(bytes.begin(), bytes.end());  // in the file they may lie at any address
  flatbuffers::Verifier verifier(aligned.data(), aligned.size());
  if (!fbs::VerifyDictionaryBuffer(verifier)) {
    fail(ErrorKind::invalid_data, "The model parameters are damaged: an offset points outside of their {} bytes.",
         bytes.size());
  }
  const fbs::Dictionary& dictionary = *fbs::GetDictionary(aligned.data());
  if (dictionary.schema_version() != kSchemaVersion) {
    fail(ErrorKind::invalid_data, "The model parameters have version {}; only version {} is known.",
         dictionary.schema_version(), kSchemaVersion);
  }
  Parameters parameters;
  if (dictionary.entries() == nullptr) return parameters;
  for (const fbs::Entry* entry : *dictionary.entries()) {
    if (entry->key() == nullptr || entry->value() == nullptr) {
      fail(ErrorKind::invalid_data, "The model parameters have an entry without key or value.");
    }
    parameters.set(entry->key()->str(), read_tagged(*entry, static_cast<std::size_t>(entry->value_type())));
  }
  return parameters;
}

Parameters read_parameters(const Model& model) {
  const auto* bytes = find_metadata(model, kMetadataName);
  return bytes == nullptr ? Parameters{} : decode_parameters(*bytes);
}

void write_parameters(Model& model, const Parameters& parameters) {
  set_metadata(model, kMetadataName, encode(parameters));
}

Parameters stamp_parameters(Model& model, Parameters parameters, const Stamp& stamp) {
  parameters.set("hash", std::string());
  parameters.set("date", std::string());
  write_parameters(model, parameters);
  parameters.set("hash", stamp.hash ? *stamp.hash : md5_hex(write_model(model)));
  parameters.set("date", stamp.date ? *stamp.date : utc_text(std::chrono::system_clock::now()));
  write_parameters(model, parameters);
  return parameters;
}

std::string utc_text(std::chrono::system_clock::time_point time) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), milliseconds % 1000);
}

}  // namespace mltk::tflite
