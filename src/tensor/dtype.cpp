#include "tensor/dtype.h"

#include <array>

#include "base/error.h"

namespace mltk {
namespace {

struct Entry {
  DType type;
  std::string_view name;
  std::size_t size;
};

constexpr std::array<Entry, 12> kTypes = {{
    {DType::float16, "float16", 2},
    {DType::float32, "float32", 4},
    {DType::float64, "float64", 8},
    {DType::int8, "int8", 1},
    {DType::int16, "int16", 2},
    {DType::int32, "int32", 4},
    {DType::int64, "int64", 8},
    {DType::uint8, "uint8", 1},
    {DType::uint16, "uint16", 2},
    {DType::uint32, "uint32", 4},
    {DType::uint64, "uint64", 8},
    {DType::boolean, "bool", 1},
}};

const Entry& entry(DType type) { return kTypes[static_cast<std::size_t>(type)]; }

}  // namespace

std::size_t size_of(DType type) { return entry(type).size; }

std::string_view to_string(DType type) { return entry(type).name; }

DType dtype_of(std::string_view name) {
  std::string known;
  for (const Entry& candidate : kTypes) {
    if (candidate.name == name) return candidate.type;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", candidate.name);
  }
  fail(ErrorKind::invalid_argument, "dtype '{}' is unknown, expected one of: {}", name, known);
}

}  // namespace mltk
