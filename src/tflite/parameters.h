#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tflite/model.h"

namespace mltk::tflite {

/// A parameter's value. The alternatives stand in the order of the file's union tags, which start at 1.
using ParameterValue =
    std::variant<bool, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t,
                 std::int64_t, std::uint64_t, float, double, std::string, std::vector<std::string>,
                 std::vector<std::int32_t>, std::vector<float>, std::vector<std::uint8_t>>;

/// The value as MLTK types a Python number: the smallest unsigned type, or signed type for negative numbers.
ParameterValue integer_parameter(std::int64_t value);
ParameterValue integer_parameter(std::uint64_t value);
/// float32 for normal positive numbers of its range, else float64 (so 0 and negative numbers become float64).
ParameterValue real_parameter(double value);

/// As Python prints it: "True", "0.5", "[1, 2]"; strings bare.
std::string to_text(const ParameterValue& value);

/// The dictionary of model parameters that MLTK stores in a .tflite file ("SL_PARAMSv1"): name, version, classes,
/// settings of the audio front end and whatever else the device's program reads. Keeps the order of insertion.
class Parameters {
 public:
  using Entry = std::pair<std::string, ParameterValue>;

  const std::vector<Entry>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }
  /// Null when there is none.
  const ParameterValue* find(std::string_view key) const;
  /// Replace the value in its place, or append it.
  void set(std::string_view key, ParameterValue value);
  void erase(std::string_view key);

  /// A number of any type; nothing when the key is absent or holds no number.
  std::optional<double> number(std::string_view key) const;
  /// A string; empty when the key is absent or holds none.
  std::string text(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;

  bool operator==(const Parameters&) const = default;

 private:
  std::vector<Entry> entries_;
};

std::vector<std::uint8_t> encode(const Parameters& parameters);
/// Throws Error(invalid_data) for bytes that are no dictionary of version 1.
Parameters decode_parameters(std::span<const std::uint8_t> bytes);

/// The parameters of a model; empty when it has none.
Parameters read_parameters(const Model& model);
void write_parameters(Model& model, const Parameters& parameters);

/// Values that replace the computed ones.
struct Stamp {
  std::optional<std::string> hash;
  std::optional<std::string> date;
};

/// Store `parameters` with their fingerprint: `hash`, the MD5 of the file with both fields empty, and `date`, now.
/// Returns what was stored.
Parameters stamp_parameters(Model& model, Parameters parameters, const Stamp& stamp = {});

/// "2022-04-28T17:33:35.474Z"
std::string utc_text(std::chrono::system_clock::time_point time);

}  // namespace mltk::tflite
