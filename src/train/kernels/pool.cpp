#include "train/kernels/pool.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/kernels/pool.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "train/kernels/vector-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

/// The elements under one window: `rows` by `columns`, from offset `first` of a sample.
struct Window {
  std::int64_t first, rows, columns;
};

/// Calls f(window, offset of the output) for each window, in order.
template <class F>
HWY_INLINE void for_each_window(const Pool& p, const F& f) {
  for (std::int64_t y = 0; y < p.rows; ++y) {
    const std::int64_t top = std::max<std::int64_t>(0, y * p.stride_height - p.pad_top);
    const std::int64_t bottom = std::min(p.height, y * p.stride_height - p.pad_top + p.kernel_height);
    for (std::int64_t x = 0; x < p.columns; ++x) {
      const std::int64_t left = std::max<std::int64_t>(0, x * p.stride_width - p.pad_left);
      const std::int64_t right = std::min(p.width, x * p.stride_width - p.pad_left + p.kernel_width);
      f(Window{(top * p.width + left) * p.channels, std::max<std::int64_t>(0, bottom - top),
               std::max<std::int64_t>(0, right - left)},
        (y * p.columns + x) * p.channels);
    }
  }
}

/// Calls f(first channel, its part of a vector) for each vector of channels.
template <class F>
HWY_INLINE void for_each_vector(std::int64_t channels, const F& f) {
  for (std::int64_t c = 0; c < channels; c += lanes()) {
    f(c, Part(static_cast<std::size_t>(channels - c)));
  }
}

/// Calls f(offset) for each element of a window, row by row.
template <class F>
HWY_INLINE void for_each_element(const Pool& p, const Window& window, const F& f) {
  for (std::int64_t i = 0; i < window.rows; ++i) {
    const std::int64_t row = window.first + i * p.width * p.channels;
    for (std::int64_t j = 0; j < window.columns; ++j) f(row + j * p.channels);
  }
}

HWY_INLINE float share_of(const Window& window) { return 1.0F / static_cast<float>(window.rows * window.columns); }

/// Whether each input lies under one window at most; and whether it lies under one at least.
bool windows_apart(const Pool& p) { return p.stride_height >= p.kernel_height && p.stride_width >= p.kernel_width; }
bool windows_cover(const Pool& p) {
  return p.stride_height <= p.kernel_height && p.stride_width <= p.kernel_width &&
         (p.rows - 1) * p.stride_height - p.pad_top + p.kernel_height >= p.height &&
         (p.columns - 1) * p.stride_width - p.pad_left + p.kernel_width >= p.width;
}

void average_pool(const Pool& p, const float* x, float* y) {
  for_each_window(p, [&](const Window& window, std::int64_t out) HWY_ATTR {
    const Vector share = hn::Set(kTag, share_of(window));
    for_each_vector(p.channels, [&](std::int64_t c, const Part& part) HWY_ATTR {
      Vector sum = hn::Zero(kTag);
      for_each_element(p, window, [&](std::int64_t at) HWY_ATTR { sum = hn::Add(sum, part.load(x + at + c)); });
      part.store(hn::Mul(sum, share), y + out + c);
    });
  });
}

void average_pool_backward(const Pool& p, const float* dy, float* dx) {
  const bool apart = windows_apart(p);
  if (!apart || !windows_cover(p)) std::fill_n(dx, p.height * p.width * p.channels, 0.0F);
  for_each_window(p, [&](const Window& window, std::int64_t out) HWY_ATTR {
    const Vector share = hn::Set(kTag, share_of(window));
    for_each_vector(p.channels, [&](std::int64_t c, const Part& part) HWY_ATTR {
      const Vector each = hn::Mul(part.load(dy + out + c), share);
      for_each_element(p, window, [&](std::int64_t at) HWY_ATTR {
        float* to = dx + at + c;
        part.store(apart ? each : hn::Add(part.load(to), each), to);
      });
    });
  });
}

void max_pool(const Pool& p, const float* x, float* y) {
  for_each_window(p, [&](const Window& window, std::int64_t out) HWY_ATTR {
    for_each_vector(p.channels, [&](std::int64_t c, const Part& part) HWY_ATTR {
      Vector most = part.load(x + window.first + c);
      for_each_element(p, window, [&](std::int64_t at) HWY_ATTR { most = hn::Max(most, part.load(x + at + c)); });
      part.store(most, y + out + c);
    });
  });
}

void max_pool_backward(const Pool& p, const float* x, const float* dy, float* dx) {
  std::fill_n(dx, p.height * p.width * p.channels, 0.0F);
  const Vector one = hn::Set(kTag, 1.0F);
  for_each_window(p, [&](const Window& window, std::int64_t out) HWY_ATTR {
    for_each_vector(p.channels, [&](std::int64_t c, const Part& part) HWY_ATTR {
      Vector most = part.load(x + window.first + c);
      Vector place = hn::Zero(kTag);
      Vector number = hn::Zero(kTag);
      for_each_element(p, window, [&](std::int64_t at) HWY_ATTR {
        const Vector value = part.load(x + at + c);
        const auto larger = hn::Gt(value, most);
        most = hn::IfThenElse(larger, value, most);
        place = hn::IfThenElse(larger, number, place);
        number = hn::Add(number, one);
      });
      const Vector gradient = part.load(dy + out + c);
      number = hn::Zero(kTag);
      for_each_element(p, window, [&](std::int64_t at) HWY_ATTR {
        float* to = dx + at + c;
        const Vector more = hn::IfThenElseZero(hn::Eq(number, place), gradient);
        part.store(hn::Add(part.load(to), more), to);
        number = hn::Add(number, one);
      });
    });
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(average_pool);
HWY_EXPORT(average_pool_backward);
HWY_EXPORT(max_pool);
HWY_EXPORT(max_pool_backward);

void average_pool(const Pool& pool, const float* x, float* y) { HWY_DYNAMIC_DISPATCH(average_pool)(pool, x, y); }
void average_pool_backward(const Pool& pool, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(average_pool_backward)(pool, dy, dx);
}
void max_pool(const Pool& pool, const float* x, float* y) { HWY_DYNAMIC_DISPATCH(max_pool)(pool, x, y); }
void max_pool_backward(const Pool& pool, const float* x, const float* dy, float* dx) {
  HWY_DYNAMIC_DISPATCH(max_pool_backward)(pool, x, dy, dx);
}

}  // namespace mltk::simd
#endif
