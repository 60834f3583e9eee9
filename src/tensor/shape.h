#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace mltk {

/// Size of the batch axis where it is not known: Keras' None.
inline constexpr std::int64_t kBatch = -1;

/// The sizes of a tensor's axes, outermost first. A first axis of kBatch stands for the batch. Held in place: copying
/// a shape allocates nothing.
class Shape {
 public:
  static constexpr std::size_t kMaxRank = 8;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dims) : Shape(std::span(dims.begin(), dims.size())) {}
  explicit Shape(const std::vector<std::int64_t>& dims) : Shape(std::span(dims)) {}
  /// Throws Error(unsupported) when there are more than kMaxRank axes.
  explicit Shape(std::span<const std::int64_t> dims);

  std::size_t rank() const { return rank_; }
  std::int64_t operator[](std::size_t axis) const { return dims_[axis]; }
  std::int64_t& operator[](std::size_t axis) { return dims_[axis]; }
  std::int64_t back() const { return dims_[rank_ - 1]; }
  const std::int64_t* begin() const { return dims_.data(); }
  const std::int64_t* end() const { return dims_.data() + rank_; }
  std::vector<std::int64_t> dims() const { return {begin(), end()}; }

  /// The first axis is the batch.
  bool batched() const { return rank_ > 0 && dims_[0] == kBatch; }
  /// Number of elements; of one sample when batched.
  std::int64_t elements() const;
  /// The axes after the first `count`.
  Shape without_front(std::size_t count = 1) const;
  /// With the batch axis replaced by `batch`.
  Shape with_batch(std::int64_t batch) const;

  bool operator==(const Shape&) const = default;

 private:
  std::array<std::int64_t, kMaxRank> dims_{};  // axes beyond the rank are zero
  std::size_t rank_ = 0;
};

/// Keras' form: "(None, 8, 8, 1)", "(3,)", "()".
std::string to_string(const Shape& shape);

}  // namespace mltk
