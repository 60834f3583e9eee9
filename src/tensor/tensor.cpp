#include "tensor/tensor.h"

#include <algorithm>
#include <cmath>

#include "tensor/copy.h"

namespace mltk {
namespace {

/// Call `f` with a null pointer of the C++ type of `dtype`.
template <class F>
void with_type(DType dtype, const F& f) {
  switch (dtype) {
    case DType::float32: return f(static_cast<float*>(nullptr));
    case DType::float64: return f(static_cast<double*>(nullptr));
    case DType::int8: return f(static_cast<std::int8_t*>(nullptr));
    case DType::int16: return f(static_cast<std::int16_t*>(nullptr));
    case DType::int32: return f(static_cast<std::int32_t*>(nullptr));
    case DType::int64: return f(static_cast<std::int64_t*>(nullptr));
    case DType::uint8: return f(static_cast<std::uint8_t*>(nullptr));
    case DType::uint16: return f(static_cast<std::uint16_t*>(nullptr));
    case DType::uint32: return f(static_cast<std::uint32_t*>(nullptr));
    case DType::uint64: return f(static_cast<std::uint64_t*>(nullptr));
    case DType::boolean: return f(static_cast<bool*>(nullptr));
    case DType::float16: break;
  }
  fail(ErrorKind::unsupported, "arithmetic on {} tensors is not supported; convert them to float32", to_string(dtype));
}

}  // namespace

Tensor::Tensor(DType dtype, Shape shape)
    : dtype_(dtype), shape_(std::move(shape)), bytes_(static_cast<std::size_t>(shape_.elements()) * size_of(dtype)) {}

Tensor Tensor::reshaped(Shape shape) const {
  MLTK_ASSERT(shape.elements() == elements());
  Tensor result = *this;
  result.shape_ = std::move(shape);
  return result;
}

Tensor Tensor::cast(DType dtype) const {
  if (dtype == dtype_) return *this;
  Tensor result(dtype, shape_);
  with_type(dtype_, [&]<class From>(From*) {
    with_type(dtype, [&]<class To>(To*) {
      std::ranges::transform(as<From>(), result.as<To>().begin(), [](From value) { return static_cast<To>(value); });
    });
  });
  return result;
}

void copy_as_float(const Tensor& from, std::span<float> to) {
  MLTK_ASSERT(static_cast<std::int64_t>(to.size()) == from.elements());
  with_type(from.dtype(), [&]<class From>(From*) {
    std::ranges::transform(from.as<From>(), to.begin(), [](From value) { return static_cast<float>(value); });
  });
}

Tensor Tensor::rows(std::int64_t first, std::int64_t count) const {
  MLTK_ASSERT(shape_.rank() > 0 && first >= 0 && count >= 0 && first + count <= shape_[0]);
  Shape shape = shape_;
  shape[0] = count;
  Tensor result(dtype_, shape);
  const std::size_t row = shape_[0] == 0 ? 0 : bytes_.size() / static_cast<std::size_t>(shape_[0]);
  if (!result.bytes_.empty()) {
    std::memcpy(result.bytes_.data(), bytes_.data() + static_cast<std::size_t>(first) * row, result.bytes_.size());
  }
  return result;
}

bool Tensor::is_finite() const {
  return std::ranges::all_of(as<float>(), [](float value) { return std::isfinite(value); });
}

}  // namespace mltk
