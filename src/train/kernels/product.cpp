#include "train/kernels/product.h"

#include <algorithm>
#include <array>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/kernels/product.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "train/kernels/vector-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

// A block of kPixels x kVectors results stays in registers while the sum runs: each step loads kVectors of w, and each
// loaded x serves kVectors multiplications. Enough of both to hide the latency of the multiply-add (4 cycles, 2 a
// cycle: at least 8 sums) and to need fewer loads than multiplications, within the registers that there are.
constexpr int kMostVectors = kManyRegisters ? 4 : 3;
constexpr int most_pixels(int vectors) {
  if (!kManyRegisters) return std::array{0, 12, 6, 4}[static_cast<std::size_t>(vectors)];
  return std::array{0, 14, 12, 8, 6}[static_cast<std::size_t>(vectors)];
}

/// Floats of w that one pass over the pixels reads: they stay in the first-level cache beside x and out.
constexpr std::int64_t kPanelFloats = 4096;

/// The part of a sum that one pass adds up, and where its block stands.
struct Block {
  std::int64_t rows, depth;
  const float* x;
  const float* w;
  float* out;
  bool add;
  std::size_t tail;  ///< columns in the last vector
};

template <int kPixels, int kVectors, bool kPart>
void run_block(const Product& s, const Block& b) {
  const std::int64_t step = lanes();
  const Part tail(b.tail);
  Vector sums[kPixels][kVectors];
#pragma GCC unroll 16
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const float* at = b.out + p * s.out_pixel + v * step;
      sums[p][v] = !b.add ? hn::Zero(kTag) : kPart && v + 1 == kVectors ? tail.load(at) : hn::LoadU(kTag, at);
    }
  }
  for (std::int64_t i = 0; i < b.rows; ++i) {
    const float* HWY_RESTRICT x = b.x + i * s.x_row;
    const float* HWY_RESTRICT w = b.w + i * s.w_row;
    for (std::int64_t k = 0; k < b.depth; ++k) {
      Vector row[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        row[v] = kPart && v + 1 == kVectors ? tail.load(w + v * step) : hn::LoadU(kTag, w + v * step);
      }
#pragma GCC unroll 16
      for (int p = 0; p < kPixels; ++p) {
        const Vector value = hn::Set(kTag, x[p * s.x_pixel]);
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) sums[p][v] = hn::MulAdd(value, row[v], sums[p][v]);
      }
      x += s.x_step;
      w += s.w_step;
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      float* at = b.out + p * s.out_pixel + v * step;
      if (kPart && v + 1 == kVectors) {
        tail.store(sums[p][v], at);
      } else {
        hn::StoreU(sums[p][v], kTag, at);
      }
    }
  }
}

using BlockFunction = void (*)(const Product&, const Block&);

template <int kVectors, bool kPart, std::size_t... kPixels>
constexpr auto block_functions(std::index_sequence<kPixels...>) {
  return std::array<BlockFunction, sizeof...(kPixels)>{run_block<static_cast<int>(kPixels) + 1, kVectors, kPart>...};
}

/// All pixels of one panel of columns, for one part of the sum. The pixels of a line are dealt out evenly.
template <int kVectors, bool kPart>
void run_pixels(const Product& s, Block b) {
  constexpr int kMost = most_pixels(kVectors);
  static constexpr auto kFunctions = block_functions<kVectors, kPart>(std::make_index_sequence<kMost>());
  const std::int64_t blocks = (s.pixels + kMost - 1) / kMost;
  const Block first = b;
  for (std::int64_t line = 0; line < s.lines; ++line) {
    std::int64_t begin = 0;
    for (std::int64_t left = blocks; left > 0; --left) {
      const std::int64_t count = (s.pixels - begin + left - 1) / left;
      b.x = first.x + line * s.x_line + begin * s.x_pixel;
      b.out = first.out + line * s.out_line + begin * s.out_pixel;
      kFunctions[static_cast<std::size_t>(count - 1)](s, b);
      begin += count;
    }
  }
}

void run_part(const Product& s, int vectors, const Block& b) {
  const bool part = static_cast<std::int64_t>(b.tail) < lanes();
  switch (vectors) {
    case 1: return part ? run_pixels<1, true>(s, b) : run_pixels<1, false>(s, b);
    case 2: return part ? run_pixels<2, true>(s, b) : run_pixels<2, false>(s, b);
    case 3: return part ? run_pixels<3, true>(s, b) : run_pixels<3, false>(s, b);
    default:
      if constexpr (kMostVectors == 4) return part ? run_pixels<4, true>(s, b) : run_pixels<4, false>(s, b);
  }
}

/// One panel of columns, in as many passes as keep the part of w that a pass reads in the first-level cache.
void run_panel(const Product& s, int vectors, Block b) {
  const std::int64_t row_floats = std::max<std::int64_t>(1, s.depth * vectors * lanes());
  const std::int64_t group = std::clamp<std::int64_t>(kPanelFloats / row_floats, 1, std::max<std::int64_t>(1, s.rows));
  const std::int64_t pieces = (row_floats + kPanelFloats - 1) / kPanelFloats;
  for (std::int64_t i = 0; i < std::max<std::int64_t>(1, s.rows); i += group) {
    for (std::int64_t piece = 0; piece < pieces; ++piece) {
      const std::int64_t begin = s.depth * piece / pieces;
      Block part = b;
      part.rows = std::min(group, s.rows - i);
      part.depth = s.depth * (piece + 1) / pieces - begin;
      part.x += i * s.x_row + begin * s.x_step;
      part.w += i * s.w_row + begin * s.w_step;
      run_part(s, vectors, part);
      b.add = true;
    }
  }
}

void product(const Product& s) {
  if (s.pixels == 0) return;
  const std::int64_t step = lanes();
  const std::int64_t vectors = (s.filters + step - 1) / step;
  const std::int64_t panels = (vectors + kMostVectors - 1) / kMostVectors;
  std::int64_t begin = 0;
  for (std::int64_t left = panels; left > 0; --left) {
    const std::int64_t count = (vectors - begin + left - 1) / left;
    const std::int64_t columns = std::min(s.filters - begin * step, count * step);
    run_panel(s, static_cast<int>(count),
              {.x = s.x,
               .w = s.w + begin * step,
               .out = s.out + begin * step,
               .add = s.add,
               .tail = static_cast<std::size_t>(columns - (count - 1) * step)});
    begin += count;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(product);

void product(const Product& sum) { HWY_DYNAMIC_DISPATCH(product)(sum); }

}  // namespace mltk::simd
#endif
