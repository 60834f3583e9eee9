#include "tensor/shape.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace mltk {

Shape::Shape(std::span<const std::int64_t> dims) : rank_(dims.size()) {
  if (dims.size() > kMaxRank) {
    fail(ErrorKind::unsupported, "a tensor has {} axes, at most {} are supported", dims.size(), kMaxRank);
  }
  std::ranges::copy(dims, dims_.begin());
}

std::int64_t Shape::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t dim : *this) {
    if (dim != kBatch) product *= dim;
  }
  return product;
}

Shape Shape::without_front(std::size_t count) const {
  MLTK_ASSERT(count <= rank_);
  return Shape(std::span(begin() + count, end()));
}

Shape Shape::with_batch(std::int64_t batch) const {
  Shape shape = *this;
  if (batched()) shape[0] = batch;
  return shape;
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    if (axis > 0) text += ", ";
    text += shape[axis] == kBatch ? "None" : fmt::format("{}", shape[axis]);
  }
  return text + (shape.rank() == 1 ? ",)" : ")");
}

}  // namespace mltk
