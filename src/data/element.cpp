#include "data/element.h"

#include <algorithm>
#include <cstring>

namespace mltk {
namespace {

void collect_leaves(const Element& element, std::vector<const Element*>& found) {
  if (element.is_leaf()) found.push_back(&element);
  for (const Element& item : element.items) collect_leaves(item, found);
}

std::size_t row_bytes(const Tensor& tensor) {
  return static_cast<std::size_t>(tensor.shape().without_front().elements()) * size_of(tensor.dtype());
}

Shape with_front(std::int64_t front, const Shape& shape) {
  std::vector<std::int64_t> dims = {front};
  dims.insert(dims.end(), shape.begin(), shape.end());
  return Shape(dims);
}

bool same_structure(const Element& a, const Element& b) {
  return a.kind == b.kind && a.keys == b.keys && a.items.size() == b.items.size() &&
         a.numbers.dtype() == b.numbers.dtype();
}

/// Copy an array into the corner of a larger one of the same rank.
template <class T>
void copy_into_corner(std::span<const T> from, const Shape& from_shape, std::span<T> to, const Shape& to_shape,
                      std::size_t item) {
  const std::size_t rank = from_shape.rank();
  if (from_shape.elements() == 0) return;
  std::vector<std::int64_t> index(rank, 0);
  for (std::int64_t i = 0; i < from_shape.elements(); ++i) {
    std::int64_t at = 0;
    for (std::size_t axis = 0; axis < rank; ++axis) at = at * to_shape[axis] + index[axis];
    std::copy_n(from.begin() + i * static_cast<std::int64_t>(item), item,
                to.begin() + at * static_cast<std::int64_t>(item));
    for (std::size_t axis = rank; axis-- > 0;) {
      if (++index[axis] < from_shape[axis]) break;
      index[axis] = 0;
    }
  }
}

Element stack_leaves(std::span<const Element* const> parts, const Shape& shape) {
  const auto count = static_cast<std::int64_t>(parts.size());
  const auto each = static_cast<std::size_t>(shape.elements());
  if (parts[0]->kind == Element::Kind::numbers) {
    Tensor result(parts[0]->numbers.dtype(), with_front(count, shape));
    const std::size_t item = size_of(result.dtype());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      copy_into_corner(parts[i]->numbers.bytes(), parts[i]->shape(),
                       result.bytes().subspan(i * each * item, each * item), shape, item);
    }
    return Element::of(std::move(result));
  }
  std::vector<std::string> strings(parts.size() * each);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    copy_into_corner(std::span(parts[i]->strings), parts[i]->shape(), std::span(strings).subspan(i * each, each), shape,
                     1);
  }
  return Element::of(std::move(strings), with_front(count, shape));
}

/// Where shapes are equal there is nothing to pad, and bytes are copied in one piece.
Element stack_equal(std::span<const Element* const> parts) {
  const Element& first = *parts[0];
  const Shape shape = with_front(static_cast<std::int64_t>(parts.size()), first.shape());
  if (first.kind == Element::Kind::strings) {
    std::vector<std::string> strings;
    for (const Element* part : parts) strings.insert(strings.end(), part->strings.begin(), part->strings.end());
    return Element::of(std::move(strings), shape);
  }
  Tensor result(first.numbers.dtype(), shape);
  const std::size_t size = first.numbers.bytes().size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::ranges::copy(parts[i]->numbers.bytes(), result.bytes().subspan(i * size, size).begin());
  }
  return Element::of(std::move(result));
}

Element stack_parts(std::span<const Element* const> parts, bool padded) {
  const Element& first = *parts[0];
  for (const Element* part : parts) {
    const bool fits =
        same_structure(first, *part) &&
        (!first.is_leaf() || (padded ? first.shape().rank() == part->shape().rank() : first.shape() == part->shape()));
    if (!fits) {
      fail(ErrorKind::invalid_data, "elements of a batch differ: one is {}, another {}; {}", to_string(first),
           to_string(*part), padded ? "they need one structure" : "make them equal with map(), or use padded_batch()");
    }
  }
  if (first.is_leaf()) {
    if (!padded) return stack_equal(parts);
    Shape shape = first.shape();
    for (const Element* part : parts) {
      for (std::size_t axis = 0; axis < shape.rank(); ++axis) shape[axis] = std::max(shape[axis], part->shape()[axis]);
    }
    return stack_leaves(parts, shape);
  }
  Element result{.kind = first.kind, .keys = first.keys};
  for (std::size_t i = 0; i < first.items.size(); ++i) {
    std::vector<const Element*> items;
    for (const Element* part : parts) items.push_back(&part->items[i]);
    result.items.push_back(stack_parts(items, padded));
  }
  return result;
}

std::vector<const Element*> pointers(std::span<const Element> elements) {
  std::vector<const Element*> result;
  for (const Element& element : elements) result.push_back(&element);
  return result;
}

/// Numbers and strings one after another.
class Writer {
 public:
  void number(std::uint64_t value) { append(&value, sizeof(value)); }
  void text(std::string_view value) {
    number(value.size());
    append(value.data(), value.size());
  }
  void shape(const Shape& shape) {
    number(shape.rank());
    for (const std::int64_t size : shape) number(static_cast<std::uint64_t>(size));
  }
  void append(const void* data, std::size_t size) {
    const auto* from = static_cast<const std::uint8_t*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
  }
  std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    std::memcpy(&value, take(sizeof(value)).data(), sizeof(value));
    return value;
  }
  /// A number of things of which each takes at least one byte.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value > bytes_.size()) fail(ErrorKind::invalid_data, "an element of a cache is damaged");
    return static_cast<std::size_t>(value);
  }
  std::string text() {
    const auto part = take(count());
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }
  Shape shape() {
    std::vector<std::int64_t> dims(count());
    for (std::int64_t& size : dims) size = static_cast<std::int64_t>(number());
    return Shape(dims);
  }
  std::span<const std::uint8_t> take(std::size_t size) {
    if (size > bytes_.size()) fail(ErrorKind::invalid_data, "an element of a cache is cut off");
    const auto part = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return part;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

void write(const Element& element, Writer& writer) {
  writer.number(static_cast<std::uint64_t>(element.kind));
  if (element.kind == Element::Kind::numbers) {
    writer.number(static_cast<std::uint64_t>(element.numbers.dtype()));
    writer.shape(element.numbers.shape());
    writer.number(element.numbers.bytes().size());
    writer.append(element.numbers.bytes().data(), element.numbers.bytes().size());
  } else if (element.kind == Element::Kind::strings) {
    writer.shape(element.strings_shape);
    writer.number(element.strings.size());
    for (const std::string& value : element.strings) writer.text(value);
  } else {
    writer.number(element.keys.size());
    for (const std::string& key : element.keys) writer.text(key);
    writer.number(element.items.size());
    for (const Element& item : element.items) write(item, writer);
  }
}

Element read(Reader& reader) {
  const std::uint64_t kind = reader.number();
  if (kind > static_cast<std::uint64_t>(Element::Kind::dictionary)) {
    fail(ErrorKind::invalid_data, "an element of a cache is damaged");
  }
  Element element{.kind = static_cast<Element::Kind>(kind)};
  if (element.kind == Element::Kind::numbers) {
    const std::uint64_t type = reader.number();
    if (type > static_cast<std::uint64_t>(DType::boolean)) fail(ErrorKind::invalid_data, "a cache is damaged");
    const Shape shape = reader.shape();
    const auto bytes = reader.take(reader.count());
    if (shape.elements() < 0 ||
        static_cast<std::uint64_t>(shape.elements()) * size_of(static_cast<DType>(type)) != bytes.size()) {
      fail(ErrorKind::invalid_data, "an element of a cache is damaged");
    }
    element.numbers = Tensor(static_cast<DType>(type), shape);
    std::ranges::copy(bytes, element.numbers.bytes().begin());
  } else if (element.kind == Element::Kind::strings) {
    element.strings_shape = reader.shape();
    element.strings.resize(reader.count());
    for (std::string& value : element.strings) value = reader.text();
  } else {
    element.keys.resize(reader.count());
    for (std::string& key : element.keys) key = reader.text();
    const std::size_t items = reader.count();
    for (std::size_t i = 0; i < items; ++i) element.items.push_back(read(reader));
  }
  return element;
}

}  // namespace

std::string to_string(const Element& element) {
  if (element.kind == Element::Kind::numbers) {
    return fmt::format("{} {}", to_string(element.numbers.dtype()), to_string(element.shape()));
  }
  if (element.kind == Element::Kind::strings) return fmt::format("string {}", to_string(element.shape()));
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < element.items.size(); ++i) {
    const std::string item = to_string(element.items[i]);
    parts.push_back(element.keys.empty() ? item : fmt::format("{}: {}", element.keys[i], item));
  }
  const std::string all = fmt::format("{}", fmt::join(parts, ", "));
  return element.kind == Element::Kind::tuple ? "(" + all + ")" : "{" + all + "}";
}

std::vector<const Element*> leaves(const Element& element) {
  std::vector<const Element*> found;
  collect_leaves(element, found);
  return found;
}

std::int64_t rows_of(const Element& element) {
  std::int64_t rows = -1;
  for (const Element* leaf : leaves(element)) {
    if (leaf->shape().rank() == 0) {
      fail(ErrorKind::invalid_data, "{} has a scalar, which has no first axis to take apart", to_string(element));
    }
    if (rows >= 0 && leaf->shape()[0] != rows) {
      fail(ErrorKind::invalid_data, "the arrays of {} have first axes of {} and {}, expected the same",
           to_string(element), rows, leaf->shape()[0]);
    }
    rows = leaf->shape()[0];
  }
  if (rows < 0) fail(ErrorKind::invalid_data, "an element without arrays cannot be taken apart");
  return rows;
}

Element row_of(const Element& element, std::int64_t row) {
  const auto at = static_cast<std::size_t>(row);
  if (element.kind == Element::Kind::numbers) {
    Tensor result(element.numbers.dtype(), element.shape().without_front());
    const std::size_t size = row_bytes(element.numbers);
    std::ranges::copy(element.numbers.bytes().subspan(at * size, size), result.bytes().begin());
    return Element::of(std::move(result));
  }
  if (element.kind == Element::Kind::strings) {
    const Shape shape = element.shape().without_front();
    const auto size = static_cast<std::ptrdiff_t>(shape.elements());
    const auto first = element.strings.begin() + row * size;
    return Element::of(std::vector<std::string>(first, first + size), shape);
  }
  Element result{.kind = element.kind, .keys = element.keys};
  for (const Element& item : element.items) result.items.push_back(row_of(item, row));
  return result;
}

Element stack(std::span<const Element> elements) { return stack_parts(pointers(elements), false); }

Element stack_padded(std::span<const Element> elements) { return stack_parts(pointers(elements), true); }

std::vector<std::uint8_t> serialize(const Element& element) {
  Writer writer;
  write(element, writer);
  return writer.take();
}

Element deserialize(std::span<const std::uint8_t> bytes) {
  Reader reader(bytes);
  return read(reader);
}

}  // namespace mltk
