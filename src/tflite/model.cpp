#include "tflite/model.h"

#include <fmt/ranges.h>

#include <cstring>

#include "base/error.h"

namespace mltk::tflite {

std::string_view to_string(TensorType type) {
  switch (type) {
    case TensorType::float32: return "float32";
    case TensorType::float16: return "float16";
    case TensorType::int32: return "int32";
    case TensorType::uint8: return "uint8";
    case TensorType::int64: return "int64";
    case TensorType::string: return "string";
    case TensorType::boolean: return "bool";
    case TensorType::int16: return "int16";
    case TensorType::complex64: return "complex64";
    case TensorType::int8: return "int8";
    case TensorType::float64: return "float64";
    case TensorType::complex128: return "complex128";
    case TensorType::uint64: return "uint64";
    case TensorType::resource: return "resource";
    case TensorType::variant: return "variant";
    case TensorType::uint32: return "uint32";
    case TensorType::uint16: return "uint16";
    case TensorType::int4: return "int4";
  }
  return "unknown";
}

std::int64_t byte_size(TensorType type, std::int64_t elements) {
  switch (type) {
    case TensorType::int4: return (elements + 1) / 2;
    case TensorType::int8:
    case TensorType::uint8:
    case TensorType::boolean: return elements;
    case TensorType::int16:
    case TensorType::uint16:
    case TensorType::float16: return 2 * elements;
    case TensorType::float32:
    case TensorType::int32:
    case TensorType::uint32:
    case TensorType::resource: return 4 * elements;  // a resource is its number
    case TensorType::float64:
    case TensorType::int64:
    case TensorType::uint64:
    case TensorType::complex64: return 8 * elements;
    case TensorType::complex128: return 16 * elements;
    case TensorType::string:
    case TensorType::variant: break;
  }
  fail(ErrorKind::unsupported, "A tensor of type {} has no fixed size; only numbers can be computed.", to_string(type));
}

std::int64_t elements(const Tensor& tensor) {
  std::int64_t product = 1;
  for (const std::int32_t size : tensor.shape) product *= size;
  return product;
}

std::int64_t byte_size(const Tensor& tensor) { return byte_size(tensor.type, elements(tensor)); }

std::vector<double> numbers_of(const Tensor& tensor, const std::vector<std::uint8_t>& bytes) {
  const auto as = [&]<class T>(T) {
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return std::vector<double>(values.begin(), values.end());
  };
  switch (tensor.type) {
    case TensorType::float32: return as(float());
    case TensorType::int8: return as(std::int8_t());
    case TensorType::uint8: return as(std::uint8_t());
    case TensorType::int16: return as(std::int16_t());
    case TensorType::int32: return as(std::int32_t());
    case TensorType::int64: return as(std::int64_t());
    default: return {};
  }
}

std::string shape_text(const std::vector<std::int32_t>& shape) { return fmt::format("{}", fmt::join(shape, "x")); }

}  // namespace mltk::tflite
