#include "tensor/npy.h"

#include <charconv>
#include <optional>
#include <string>

#include "base/file.h"

namespace mltk {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

struct TypeCode {
  DType type;
  std::string_view code;
};

constexpr TypeCode kTypeCodes[] = {
    {DType::float16, "<f2"}, {DType::float32, "<f4"}, {DType::float64, "<f8"}, {DType::int8, "|i1"},
    {DType::int16, "<i2"},   {DType::int32, "<i4"},   {DType::int64, "<i8"},   {DType::uint8, "|u1"},
    {DType::uint16, "<u2"},  {DType::uint32, "<u4"},  {DType::uint64, "<u8"},  {DType::boolean, "|b1"},
};

/// The text after `'key':` in the header, which is a Python dictionary.
std::optional<std::string_view> find_value(std::string_view header, std::string_view key) {
  const std::string quoted = fmt::format("'{}'", key);
  std::size_t at = header.find(quoted);
  if (at == std::string_view::npos) return std::nullopt;
  at = header.find(':', at + quoted.size());
  if (at == std::string_view::npos) return std::nullopt;
  at = header.find_first_not_of(' ', at + 1);
  if (at == std::string_view::npos) return std::nullopt;
  return header.substr(at);
}

Tensor from_fortran_order(const Tensor& tensor) {
  const Shape& shape = tensor.shape();
  Tensor result(tensor.dtype(), shape);
  const std::size_t size = size_of(tensor.dtype());
  std::vector<std::int64_t> index(shape.rank());
  for (std::int64_t to = 0; to < tensor.elements(); ++to) {
    std::int64_t from = 0;
    for (std::size_t axis = shape.rank(); axis-- > 0;) from = from * shape[axis] + index[axis];
    std::memcpy(result.bytes().data() + static_cast<std::size_t>(to) * size,
                tensor.bytes().data() + static_cast<std::size_t>(from) * size, size);
    for (std::size_t axis = shape.rank(); axis-- > 0;) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return result;
}

}  // namespace

Tensor read_npy(const std::filesystem::path& path) {
  try {
    return parse_npy(read_file(path));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_data) throw;
    fail(ErrorKind::invalid_data, "{}: not a readable .npy file: {}", path.string(), error.message());
  }
}

Tensor parse_npy(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto reject = [&](std::string_view reason) { fail(ErrorKind::invalid_data, "{}", reason); };
  if (text.size() < 10 || !text.starts_with(kMagic)) reject("it does not start with the NumPy signature");
  const std::size_t length_size = bytes[6] == 1 ? 2 : 4;
  std::size_t length = 0;
  if (text.size() < 8 + length_size) reject("it ends inside its header");
  for (std::size_t i = length_size; i-- > 0;) length = length << 8 | bytes[8 + i];
  const std::size_t start = 8 + length_size + length;
  if (start > text.size()) reject("it ends inside its header");
  const std::string_view header = text.substr(8 + length_size, length);

  const auto descr = find_value(header, "descr");
  const auto order = find_value(header, "fortran_order");
  const auto dims = find_value(header, "shape");
  if (!descr || !order || !dims || descr->size() < 5) reject("its header lacks descr, fortran_order or shape");

  std::optional<DType> dtype;
  const std::string_view code = descr->substr(1, 3);
  for (const TypeCode& candidate : kTypeCodes) {
    if (candidate.code == code || (candidate.code[0] == '|' && candidate.code.substr(1) == code.substr(1))) {
      dtype = candidate.type;
    }
  }
  if (!dtype)
    reject(fmt::format("its type {} is none of little-endian float, int, uint and bool", descr->substr(0, 6)));

  std::vector<std::int64_t> shape;
  std::uint64_t elements = 1;
  const std::string_view list = dims->substr(1, dims->find(')') == std::string_view::npos ? 0 : dims->find(')') - 1);
  for (std::size_t at = 0; at < list.size();) {
    std::int64_t dim = 0;
    const auto [end, error] = std::from_chars(list.data() + at, list.data() + list.size(), dim);
    if (error != std::errc{} || dim < 0) reject("its shape is not a list of sizes");
    if (dim != 0 && elements > text.size() / static_cast<std::uint64_t>(dim))
      reject("its shape is larger than the file");
    elements *= static_cast<std::uint64_t>(dim);
    shape.push_back(dim);
    at = static_cast<std::size_t>(end - list.data());
    while (at < list.size() && (list[at] == ',' || list[at] == ' ')) ++at;
  }
  if (elements * size_of(*dtype) != text.size() - start) {
    reject(fmt::format("its shape needs {} bytes of data, it has {}", elements * size_of(*dtype), text.size() - start));
  }
  Tensor tensor(*dtype, Shape(std::move(shape)));
  std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(start), bytes.end(), tensor.bytes().begin());
  return order->starts_with("True") ? from_fortran_order(tensor) : tensor;
}

void write_npy(const std::filesystem::path& path, const Tensor& tensor) {
  std::string_view code;
  for (const TypeCode& candidate : kTypeCodes) {
    if (candidate.type == tensor.dtype()) code = candidate.code;
  }
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", code, to_string(tensor.shape()));
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string text(kMagic);
  text += '\x01';
  text += '\x00';
  text += static_cast<char>(header.size() & 0xFF);
  text += static_cast<char>(header.size() >> 8);
  text += header;
  text.append(reinterpret_cast<const char*>(tensor.bytes().data()), tensor.bytes().size());
  write_file(path, text);
}

}  // namespace mltk
