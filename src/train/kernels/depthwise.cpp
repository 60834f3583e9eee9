#include "train/kernels/depthwise.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/kernels/depthwise.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "train/kernels/vector-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

// One vector of channels at a time goes through all places. In a 3 columns wide kernel neighbouring places share most
// of their inputs: a block of kPlaces reads each input once for all the sums that it belongs to. The kernel's 3 x 3
// taps and the sums of a block stay in registers.
constexpr int kPlaces = kManyRegisters ? 8 : 4;

/// The channels of a vector; kPart: fewer than it has lanes.
template <bool kPart>
struct Channels {
  Part part;

  HWY_INLINE Vector load(const float* from) const { return kPart ? part.load(from) : hn::LoadU(kTag, from); }
  HWY_INLINE void store(Vector value, float* to) const {
    if (kPart) {
      part.store(value, to);
    } else {
      hn::StoreU(value, kTag, to);
    }
  }
};

/// A block of places of a kernel kRows high and 3 wide whose places are kStride columns apart.
template <int kRows, int kStride, int kBlock, bool kPart>
HWY_INLINE void run_block(const Depthwise& s, const Channels<kPart>& channels, const float* x,
                          const Vector (&w)[kRows][3], float* out) {
  Vector sums[kBlock];
#pragma GCC unroll 8
  for (int p = 0; p < kBlock; ++p) sums[p] = hn::Zero(kTag);
#pragma GCC unroll 3
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 20
    for (int q = 0; q < (kBlock - 1) * kStride + 3; ++q) {
      const Vector value = channels.load(x + i * s.x_row + q * s.x_column);
#pragma GCC unroll 3
      for (int j = 0; j < 3; ++j) {
        const int place = q - j;
        if (place >= 0 && place % kStride == 0 && place / kStride < kBlock) {
          sums[place / kStride] = hn::MulAdd(value, w[i][j], sums[place / kStride]);
        }
      }
    }
  }
#pragma GCC unroll 8
  for (int p = 0; p < kBlock; ++p) channels.store(sums[p], out + p * s.out_pixel);
}

template <int kRows, int kStride, bool kPart>
void run_three(const Depthwise& s, std::size_t count, const float* x, const float* w, float* out) {
  const Channels<kPart> channels{Part(count)};
  Vector taps[kRows][3];
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < 3; ++j) taps[i][j] = channels.load(w + i * s.w_row + j * s.w_column);
  }
  for (std::int64_t line = 0; line < s.lines; ++line) {
    const float* from = x + line * s.x_line;
    float* to = out + line * s.out_line;
    std::int64_t p = 0;
    for (; p + kPlaces <= s.pixels; p += kPlaces) {
      run_block<kRows, kStride, kPlaces>(s, channels, from + p * s.x_pixel, taps, to + p * s.out_pixel);
    }
    for (; p + 3 <= s.pixels; p += 3) {
      run_block<kRows, kStride, 3>(s, channels, from + p * s.x_pixel, taps, to + p * s.out_pixel);
    }
    for (; p < s.pixels; ++p) {
      run_block<kRows, kStride, 1>(s, channels, from + p * s.x_pixel, taps, to + p * s.out_pixel);
    }
  }
}

/// Kernels of any size.
template <bool kPart>
void run_any(const Depthwise& s, std::size_t count, const float* x, const float* w, float* out) {
  const Channels<kPart> channels{Part(count)};
  for (std::int64_t line = 0; line < s.lines; ++line) {
    for (std::int64_t begin = 0; begin < s.pixels; begin += kPlaces) {
      const auto places = static_cast<int>(std::min<std::int64_t>(kPlaces, s.pixels - begin));
      const float* from = x + line * s.x_line + begin * s.x_pixel;
      float* to = out + line * s.out_line + begin * s.out_pixel;
      Vector sums[kPlaces];
      for (Vector& sum : sums) sum = hn::Zero(kTag);
      for (std::int64_t i = 0; i < s.rows; ++i) {
        for (std::int64_t j = 0; j < s.columns; ++j) {
          const Vector tap = channels.load(w + i * s.w_row + j * s.w_column);
          const float* at = from + i * s.x_row + j * s.x_column;
          if (places == kPlaces) {
#pragma GCC unroll 8
            for (int p = 0; p < kPlaces; ++p) sums[p] = hn::MulAdd(channels.load(at + p * s.x_pixel), tap, sums[p]);
          } else {
            for (int p = 0; p < places; ++p) sums[p] = hn::MulAdd(channels.load(at + p * s.x_pixel), tap, sums[p]);
          }
        }
      }
      for (int p = 0; p < places; ++p) channels.store(sums[p], to + p * s.out_pixel);
    }
  }
}

/// Places of a 3 wide kernel 1 or 2 columns apart; 0: another kernel.
int stride_of(const Depthwise& s) {
  if (s.columns != 3 || s.rows < 1 || s.rows > 3) return 0;
  return s.x_pixel == s.x_column ? 1 : s.x_pixel == 2 * s.x_column ? 2 : 0;
}

using Function = void (*)(const Depthwise&, std::size_t, const float*, const float*, float*);

template <bool kPart>
Function run_function(const Depthwise& s) {
  static constexpr Function kThree[2][3] = {{run_three<1, 1, kPart>, run_three<2, 1, kPart>, run_three<3, 1, kPart>},
                                            {run_three<1, 2, kPart>, run_three<2, 2, kPart>, run_three<3, 2, kPart>}};
  const int stride = stride_of(s);
  return stride == 0 ? run_any<kPart> : kThree[stride - 1][s.rows - 1];
}

void depthwise(const Depthwise& s, const float* w, float* out) {
  for (std::int64_t c = 0; c < s.channels; c += lanes()) {
    const std::int64_t count = std::min(lanes(), s.channels - c);
    const Function run = count < lanes() ? run_function<true>(s) : run_function<false>(s);
    run(s, static_cast<std::size_t>(count), s.x + c, w + c, out + c);
  }
}

template <int kRows, int kStride, int kBlock, bool kPart>
HWY_INLINE void filter_block(const Depthwise& s, const Channels<kPart>& channels, const float* x, const float* out,
                             Vector (&sums)[kRows][3]) {
  Vector gradients[kBlock];
#pragma GCC unroll 4
  for (int p = 0; p < kBlock; ++p) gradients[p] = channels.load(out + p * s.out_pixel);
#pragma GCC unroll 3
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 12
    for (int q = 0; q < (kBlock - 1) * kStride + 3; ++q) {
      const Vector value = channels.load(x + i * s.x_row + q * s.x_column);
      // From the last column of the kernel to the first: the places of a sum come in their order.
#pragma GCC unroll 3
      for (int j = 0; j < 3; ++j) {
        const int place = q - j;
        if (place >= 0 && place % kStride == 0 && place / kStride < kBlock) {
          sums[i][j] = hn::MulAdd(value, gradients[place / kStride], sums[i][j]);
        }
      }
    }
  }
}

template <int kRows, int kStride, bool kPart>
void filter_three(const Depthwise& s, std::size_t count, const float* x, const float* out, float* w) {
  const Channels<kPart> channels{Part(count)};
  Vector sums[kRows][3];
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < 3; ++j) sums[i][j] = channels.load(w + i * s.w_row + j * s.w_column);
  }
  for (std::int64_t line = 0; line < s.lines; ++line) {
    const float* from = x + line * s.x_line;
    const float* gradient = out + line * s.out_line;
    std::int64_t p = 0;
    for (; p + 4 <= s.pixels; p += 4) {
      filter_block<kRows, kStride, 4>(s, channels, from + p * s.x_pixel, gradient + p * s.out_pixel, sums);
    }
    for (; p < s.pixels; ++p) {
      filter_block<kRows, kStride, 1>(s, channels, from + p * s.x_pixel, gradient + p * s.out_pixel, sums);
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < 3; ++j) channels.store(sums[i][j], w + i * s.w_row + j * s.w_column);
  }
}

template <bool kPart>
void filter_any(const Depthwise& s, std::size_t count, const float* x, const float* out, float* w) {
  const Channels<kPart> channels{Part(count)};
  for (std::int64_t i = 0; i < s.rows; ++i) {
    for (std::int64_t j = 0; j < s.columns; ++j) {
      float* tap = w + i * s.w_row + j * s.w_column;
      Vector sum = channels.load(tap);
      for (std::int64_t line = 0; line < s.lines; ++line) {
        const float* from = x + line * s.x_line + i * s.x_row + j * s.x_column;
        const float* gradient = out + line * s.out_line;
        for (std::int64_t p = 0; p < s.pixels; ++p) {
          sum = hn::MulAdd(channels.load(from + p * s.x_pixel), channels.load(gradient + p * s.out_pixel), sum);
        }
      }
      channels.store(sum, tap);
    }
  }
}

template <bool kPart>
Function filter_function(const Depthwise& s) {
  static constexpr Function kThree[2][3] = {
      {filter_three<1, 1, kPart>, filter_three<2, 1, kPart>, filter_three<3, 1, kPart>},
      {filter_three<1, 2, kPart>, filter_three<2, 2, kPart>, filter_three<3, 2, kPart>}};
  const int stride = stride_of(s);
  return stride == 0 ? filter_any<kPart> : kThree[stride - 1][s.rows - 1];
}

void depthwise_filter(const Depthwise& s, const float* out, float* w) {
  for (std::int64_t c = 0; c < s.channels; c += lanes()) {
    const std::int64_t count = std::min(lanes(), s.channels - c);
    const Function run = count < lanes() ? filter_function<true>(s) : filter_function<false>(s);
    run(s, static_cast<std::size_t>(count), s.x + c, out + c, w + c);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(depthwise);
HWY_EXPORT(depthwise_filter);

void depthwise(const Depthwise& window, const float* w, float* out) { HWY_DYNAMIC_DISPATCH(depthwise)(window, w, out); }
void depthwise_filter(const Depthwise& window, const float* out, float* w) {
  HWY_DYNAMIC_DISPATCH(depthwise_filter)(window, out, w);
}

}  // namespace mltk::simd
#endif
