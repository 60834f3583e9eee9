#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "base/error.h"
#include "tensor/dtype.h"
#include "tensor/shape.h"

namespace mltk {

/// A dense array in row-major order that owns its elements. A value: copies are independent.
class Tensor {
 public:
  Tensor() = default;
  /// All elements zero. `shape` has no kBatch.
  Tensor(DType dtype, Shape shape);
  template <class T>
  Tensor(Shape shape, std::span<const T> values) : Tensor(dtype_for<T>(), std::move(shape)) {
    MLTK_ASSERT(static_cast<std::int64_t>(values.size()) == elements());
    if (!values.empty()) std::memcpy(bytes_.data(), values.data(), values.size_bytes());
  }
  template <class T>
  Tensor(Shape shape, std::initializer_list<T> values)
      : Tensor(std::move(shape), std::span<const T>(values.begin(), values.size())) {}

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  std::int64_t elements() const { return shape_.elements(); }
  bool empty() const { return bytes_.empty(); }

  std::span<const std::uint8_t> bytes() const { return bytes_; }
  std::span<std::uint8_t> bytes() { return bytes_; }

  /// The elements as T, which must be the tensor's own type.
  template <class T>
  std::span<const T> as() const {
    MLTK_ASSERT(dtype_for<T>() == dtype_);
    return {reinterpret_cast<const T*>(bytes_.data()), bytes_.size() / sizeof(T)};
  }
  template <class T>
  std::span<T> as() {
    MLTK_ASSERT(dtype_for<T>() == dtype_);
    return {reinterpret_cast<T*>(bytes_.data()), bytes_.size() / sizeof(T)};
  }

  /// The same elements under another shape with as many elements.
  Tensor reshaped(Shape shape) const;
  /// Every element converted by a C++ cast.
  Tensor cast(DType dtype) const;
  /// Rows [first, first + count) of the first axis.
  Tensor rows(std::int64_t first, std::int64_t count) const;

  /// Whether no element is infinite or NaN; of f32.
  bool is_finite() const;

  bool operator==(const Tensor&) const = default;

 private:
  DType dtype_ = DType::float32;
  Shape shape_{0};
  std::vector<std::uint8_t> bytes_;
};

}  // namespace mltk
