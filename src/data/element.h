#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace mltk {

/// What a `Dataset` gives at a time: an array, or a tuple or dictionary of elements. An array holds numbers or byte
/// strings (paths, for instance), which a Tensor cannot.
struct Element {
  enum class Kind : std::uint8_t { numbers, strings, tuple, dictionary };

  Kind kind = Kind::tuple;
  Tensor numbers;                    ///< of kind numbers
  std::vector<std::string> strings;  ///< of kind strings, in row-major order ...
  Shape strings_shape;               ///< ... with this shape
  std::vector<std::string> keys;     ///< of kind dictionary, one an item
  std::vector<Element> items;        ///< of kinds tuple and dictionary

  static Element of(Tensor tensor) { return {.kind = Kind::numbers, .numbers = std::move(tensor)}; }
  static Element of(std::vector<std::string> values, Shape shape) {
    return {.kind = Kind::strings, .strings = std::move(values), .strings_shape = std::move(shape)};
  }
  static Element tuple(std::vector<Element> items) { return {.kind = Kind::tuple, .items = std::move(items)}; }

  bool is_leaf() const { return kind == Kind::numbers || kind == Kind::strings; }
  /// Of a leaf.
  const Shape& shape() const { return kind == Kind::numbers ? numbers.shape() : strings_shape; }

  bool operator==(const Element&) const = default;
};

/// "(float32 (28, 28), int32 ())".
std::string to_string(const Element& element);

/// The leaves, first to last.
std::vector<const Element*> leaves(const Element& element);

/// Rows of each leaf's first axis: all have as many. Throws Error(invalid_data) when they do not, or when a leaf is a
/// scalar.
std::int64_t rows_of(const Element& element);

/// Row `row` of each leaf, without the first axis.
Element row_of(const Element& element, std::int64_t row);

/// Elements of one structure, type and shape, one after another along a new first axis.
/// Throws Error(invalid_data) when they differ, naming both.
Element stack(std::span<const Element> elements);

/// The same of arrays that may differ in size: each axis is as long as the longest, what is missing is 0 or "".
Element stack_padded(std::span<const Element> elements);

/// An element as bytes that say its structure, types and shapes; for files of this program alone.
std::vector<std::uint8_t> serialize(const Element& element);
/// Throws Error(invalid_data) when the bytes are not those of an element.
Element deserialize(std::span<const std::uint8_t> bytes);

}  // namespace mltk
