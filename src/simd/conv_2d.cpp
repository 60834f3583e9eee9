#include "simd/conv_2d.h"

#include <memory>

#include "simd/padded.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/conv_2d.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include "simd/matrix-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

/// An image is copied into one with a border of zero points, in which each row of a filter is a run of inputs.
template <class Arithmetic>
class Conv2d {
 public:
  using Value = typename Arithmetic::Value;
  using X = typename Arithmetic::X;

  Conv2d(const micro::Window2d& window, std::int32_t input_offset, const typename Arithmetic::Weight* filter,
         typename Arithmetic::Table table)
      : window_(window),
        offset_(input_offset),
        rows_(static_cast<int>(padded(window).rows)),
        columns_(static_cast<int>(padded(window).columns)),
        matrix_(static_cast<std::size_t>(window.out_c), segments(), filter, std::move(table)) {
    for (int y = 0; y < window.out_h; ++y) {
      for (int x = 0; x < window.out_w; ++x) {
        first_input_.push_back((y * window.stride_h * columns_ + x * window.stride_w) * window.in_c);
      }
    }
  }

  void run(const Value* input, Value* output) const {
    auto* image = workspace<X>(static_cast<std::size_t>(rows_) * row_size() + Arithmetic::kTaps);
    const std::size_t in_size = std::size_t{1} * window_.in_h * window_.in_w * window_.in_c;
    const std::size_t out_size = first_input_.size() * static_cast<std::size_t>(window_.out_c);
    for (int n = 0; n < window_.batches; ++n, input += in_size, output += out_size) {
      for (int y = 0; y < rows_; ++y) copy_row(input, y - window_.pad_h, image + y * row_size());
      matrix_.run(image, first_input_.data(), first_input_.size(), output);
    }
  }

 private:
  micro::Window2d window_;
  std::int32_t offset_;
  int rows_;  // of the image with its border
  int columns_;
  Matrix<Arithmetic> matrix_;
  std::vector<std::int32_t> first_input_;  // of each output pixel

  std::size_t row_size() const { return std::size_t{1} * columns_ * window_.in_c; }

  Segments segments() const {
    const bool whole_rows = window_.dilation_w == 1;
    Segments result{.length = std::size_t{1} * (whole_rows ? window_.filter_w : 1) * window_.in_c, .offsets = {}};
    for (int ky = 0; ky < window_.filter_h; ++ky) {
      for (int kx = 0; kx < (whole_rows ? 1 : window_.filter_w); ++kx) {
        result.offsets.push_back((std::ptrdiff_t{1} * ky * window_.dilation_h * columns_ + kx * window_.dilation_w) *
                                 window_.in_c);
      }
    }
    return result;
  }

  /// Row `y` of the image, which may lie outside, with its border.
  void copy_row(const Value* image, int y, X* to) const {
    const X zero = Arithmetic::zero(offset_);
    if (y < 0 || y >= window_.in_h) {
      std::fill_n(to, row_size(), zero);
      return;
    }
    const int inside = std::min(window_.in_w, columns_ - window_.pad_w);
    const std::size_t before = std::size_t{1} * window_.pad_w * window_.in_c;
    const std::size_t count = std::size_t{1} * inside * window_.in_c;
    std::fill_n(to, before, zero);
    Arithmetic::copy(image + std::size_t{1} * y * window_.in_w * window_.in_c, count, offset_, to + before);
    std::fill_n(to + before + count, row_size() - before - count, zero);
  }
};

Int8Kernel make_int8(const micro::Window2d& window, std::int32_t input_offset, const std::int8_t* filter,
                     const std::int32_t* bias, const micro::Requantize& finish) {
  const std::size_t inputs = std::size_t{1} * window.filter_h * window.filter_w * window.in_c;
  Int8::Table table(static_cast<std::size_t>(window.out_c), inputs, input_offset, filter, bias, finish);
  return [layer = std::make_shared<const Conv2d<Int8>>(window, input_offset, filter, std::move(table))](
             const std::int8_t* input, std::int8_t* output) { layer->run(input, output); };
}

FloatKernel make_float(const micro::Window2d& window, const float* filter, const float* bias,
                       const micro::ClampFloat& finish) {
  return [layer = std::make_shared<const Conv2d<Float>>(
              window, 0, filter, Float::Table(static_cast<std::size_t>(window.out_c), bias, finish))](
             const float* input, float* output) { layer->run(input, output); };
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(make_int8);
HWY_EXPORT(make_float);

Int8Kernel conv_2d(const micro::Window2d& window, int filter_c, std::int32_t input_offset, const std::int8_t* filter,
                   const std::int32_t* bias, const micro::Requantize& finish) {
  if (filter_c != window.in_c || !can_copy(window, input_offset)) return nullptr;
  return HWY_DYNAMIC_DISPATCH(make_int8)(window, input_offset, filter, bias, finish);
}

FloatKernel conv_2d(const micro::Window2d& window, int filter_c, const float* filter, const float* bias,
                    const micro::ClampFloat& finish) {
  if (filter_c != window.in_c || !can_copy(window, 0)) return nullptr;
  return HWY_DYNAMIC_DISPATCH(make_float)(window, filter, bias, finish);
}

}  // namespace mltk::simd
#endif
