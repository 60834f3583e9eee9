#include "tflite/ops/cmsis_nn.h"

#include <algorithm>
#include <optional>

namespace mltk::tflite {
namespace {

constexpr std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

bool is_1x1(const micro::Window2d& w, int filter_c) {
  return w.pad_w == 0 && w.pad_h == 0 && w.filter_w == 1 && w.filter_h == 1 && w.dilation_w == 1 && w.dilation_h == 1 &&
         w.in_c == filter_c;
}

bool is_1xn(const micro::Window2d& w, int filter_c) {
  return w.in_h == 1 && w.dilation_w == 1 && w.filter_h == 1 && w.stride_w * w.in_c % 4 == 0 && w.in_c == filter_c;
}

/// With MVE a row is convolved in place but for its ends, where the filter reaches over them. None when the parts do
/// not make up the row.
std::optional<std::int64_t> row_ends_bytes(const micro::Window2d& w) {
  const auto outputs_over = [&](int pad) { return pad == 0 ? 0 : std::max(1, (pad + w.stride_w - 1) / w.stride_w); };
  const int uneven = ((w.out_w - 1) * w.stride_w + w.filter_w - w.in_w) % 2;
  const int left = outputs_over(w.pad_w);
  const int right = outputs_over(w.pad_w + uneven);
  const int inside = std::max(w.out_w - (right + left), 0);
  if (right + inside + left != w.out_w) return std::nullopt;
  const std::int64_t depth = w.in_c;
  const std::int64_t pad_left = w.pad_w * depth;
  const std::int64_t pad_right = uneven != 0 ? right * depth : pad_left;
  const std::int64_t taps = w.filter_w * depth;
  return std::max(taps + pad_left, taps - depth + pad_right);
}

}  // namespace

std::vector<ArenaBytes> one_buffer(std::int64_t bytes) {
  if (bytes == 0) return {};
  return {{bytes, bytes}};
}

std::int64_t im2col_bytes(std::int64_t taps, DeviceKernels kernels) {
  return kernels == DeviceKernels::cmsis_nn_mve ? 4 * round_up(taps, 16) : 2 * round_up(taps, 4) * 2;
}

std::int64_t convolution_scratch(const micro::Window2d& window, int filter_c, DeviceKernels kernels) {
  if (is_1x1(window, filter_c)) return 0;
  if (is_1xn(window, filter_c) && kernels == DeviceKernels::cmsis_nn_mve) {
    if (const auto bytes = row_ends_bytes(window)) return *bytes;
  }
  return im2col_bytes(std::int64_t{1} * window.filter_w * window.filter_h * window.in_c, kernels);
}

}  // namespace mltk::tflite
