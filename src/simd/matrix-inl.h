// Included once for each instruction set (hwy/foreach_target.h).
#if defined(MLTK_SIMD_MATRIX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MLTK_SIMD_MATRIX_INL_H_
#undef MLTK_SIMD_MATRIX_INL_H_
#else
#define MLTK_SIMD_MATRIX_INL_H_
#endif

#include "simd/int8-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

/// Runs of neighbouring inputs that an output is computed from: the rows of a filter.
struct Segments {
  std::size_t length = 0;               ///< inputs in each
  std::vector<std::ptrdiff_t> offsets;  ///< of each from the output's first input

  /// Multiply-adds for each.
  std::size_t groups() const { return (length + Dot::kTaps - 1) / Dot::kTaps; }
};

/// output[p, c] = finish(sum over segments s and inputs i of (x[p + s + i] + offset) * weights[c, s, i] + bias[c])
///
/// Blocks of channels (up to four vectors) times blocks of pixels stay in registers while all inputs go by.
class Matrix {
 public:
  /// weights [channels, segments, length]; bias [channels] or null.
  Matrix(std::size_t channels, Segments segments, std::int32_t offset, const std::int8_t* weights,
         const std::int32_t* bias, const micro::Requantize& finish)
      : channels_(channels),
        segments_(std::move(segments)),
        vectors_((channels + kLanes - 1) / kLanes),
        table_(vectors_ * kLanes, finish),
        weights_(hwy::AllocateAligned<Dot::W>(vectors_ * block_size())) {
    const std::size_t inputs = segments_.offsets.size() * segments_.length;
    std::fill_n(weights_.get(), vectors_ * block_size(), Dot::W{});
    for (std::size_t c = 0; c < channels; ++c) {
      std::int32_t sum = 0;
      for (std::size_t i = 0; i < inputs; ++i) {
        const std::int8_t weight = weights[c * inputs + i];
        weights_[place(c, i / segments_.length, i % segments_.length)] = weight;
        sum += weight;
      }
      const std::uint32_t start = bias == nullptr ? 0 : static_cast<std::uint32_t>(bias[c]);
      table_.set(c, multiplier_of(finish, c), Dot::start(start, offset, sum));
    }
  }

  /// Compute `pixels` outputs [pixels, channels]. Pixel p's first input is x[first_input[p]]; up to kTaps - 1 inputs
  /// past the last one are read.
  void run(const Dot::X* x, const std::int32_t* first_input, std::size_t pixels, std::int8_t* output) const {
    for (std::size_t vector = 0; vector < vectors_; vector += block_vectors(vector)) {
      switch (block_vectors(vector)) {
        case 4: run_block<4>(x, first_input, pixels, vector, output); break;
        case 3: run_block<3>(x, first_input, pixels, vector, output); break;
        case 2: run_block<2>(x, first_input, pixels, vector, output); break;
        default: run_block<1>(x, first_input, pixels, vector, output); break;
      }
    }
  }

 private:
  std::size_t channels_;
  Segments segments_;
  std::size_t vectors_;
  ChannelTable table_;
  Aligned<Dot::W> weights_;  // [block of up to 4 vectors][segment][group][vector of the block][lane][tap]

  static constexpr std::size_t kMostVectors = 4;
  /// Pixels of a block: its sums, a vector of weights each and an input must fit into the registers.
  static constexpr std::size_t block_pixels(std::size_t vectors) {
    constexpr std::size_t kSums = HWY_TARGET <= HWY_AVX3 || !HWY_ARCH_X86 ? 24 : 10;
    return std::min<std::size_t>(kSums / vectors, 8);
  }

  /// Weights of one vector of channels.
  std::size_t block_size() const { return segments_.offsets.size() * segments_.groups() * kWidth; }
  /// Vectors of the block that begins at `vector`.
  std::size_t block_vectors(std::size_t vector) const { return std::min(kMostVectors, vectors_ - vector); }

  std::size_t place(std::size_t channel, std::size_t segment, std::size_t input) const {
    const std::size_t vector = channel / kLanes;
    const std::size_t first = vector / kMostVectors * kMostVectors;
    const std::size_t group = segment * segments_.groups() + input / Dot::kTaps;
    return first * block_size() + (group * block_vectors(first) + vector - first) * kWidth +
           channel % kLanes * Dot::kTaps + input % Dot::kTaps;
  }

  template <std::size_t kVectors>
  void run_block(const Dot::X* x, const std::int32_t* first_input, std::size_t pixels, std::size_t vector,
                 std::int8_t* output) const {
    constexpr std::size_t kPixels = block_pixels(kVectors);
    std::size_t p = 0;
    for (; p + kPixels <= pixels; p += kPixels) {
      run_pixels<kVectors, kPixels>(x, first_input + p, vector, output + p * channels_);
    }
    for (; p < pixels; ++p) run_pixels<kVectors, 1>(x, first_input + p, vector, output + p * channels_);
  }

  template <std::size_t kVectors, std::size_t kPixels>
  HWY_NOINLINE void run_pixels(const Dot::X* x, const std::int32_t* first_input, std::size_t vector,
                               std::int8_t* output) const {
    // One pixel alone would wait for its sums: they are formed in two chains.
    constexpr std::size_t kChains = kPixels == 1 ? 2 : 1;
    Sums sums[kChains * kPixels][kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      const Sums start = table_.start((vector + v) * kLanes);
      for (std::size_t p = 0; p < kPixels; ++p) sums[p][v] = start;
      if constexpr (kChains == 2) sums[1][v] = hn::Zero(kTag);
    }
    const Dot::W* w = weights_.get() + vector * block_size();
    const std::size_t groups = segments_.groups();
    for (const std::ptrdiff_t segment : segments_.offsets) {
      const Dot::X* from[kPixels];
      for (std::size_t p = 0; p < kPixels; ++p) from[p] = x + first_input[p] + segment;
      const auto add_group = [&](std::size_t g, std::size_t chain) HWY_ATTR {
        Sums weights[kVectors];
        for (std::size_t v = 0; v < kVectors; ++v) weights[v] = load_weights(w + v * kWidth);
        w += kVectors * kWidth;
        for (std::size_t p = 0; p < kPixels; ++p) {
          const Sums taps = broadcast_taps(from[p] + g * Dot::kTaps);
          Sums* to = sums[chain * kPixels + p];
          for (std::size_t v = 0; v < kVectors; ++v) to[v] = Dot::add(to[v], taps, weights[v]);
        }
      };
      std::size_t g = 0;
      if constexpr (kChains == 2) {
        for (; g + 2 <= groups; g += 2) {
          add_group(g, 0);
          add_group(g + 1, 1);
        }
      }
      for (; g < groups; ++g) add_group(g, 0);
    }
    if constexpr (kChains == 2) {
      for (std::size_t v = 0; v < kVectors; ++v) sums[0][v] = hn::Add(sums[0][v], sums[1][v]);
    }
    const Codes codes = table_.codes();
    for (std::size_t v = 0; v < kVectors; ++v) {
      const std::size_t channel = (vector + v) * kLanes;
      const Multipliers multipliers = table_.multipliers(channel);
      for (std::size_t p = 0; p < kPixels; ++p) {
        store(codes(multiply(sums[p][v], multipliers)), std::min(channels_ - channel, kLanes),
              output + p * channels_ + channel);
      }
    }
  }

  static HWY_INLINE void store(Sums codes, std::size_t count, std::int8_t* to) {
    constexpr hn::Rebind<std::int8_t, Tag> bytes;
    const auto values = hn::DemoteTo(bytes, codes);
    if (count == kLanes) {
      hn::StoreU(values, bytes, to);
      return;
    }
    alignas(HWY_ALIGNMENT) std::int8_t all[kLanes];
    hn::StoreU(values, bytes, all);
    const std::int8_t* from = all;
    // Copies of a constant size: one instruction each.
    const auto copy = [&]<std::size_t kSize>(std::integral_constant<std::size_t, kSize>) {
      if ((count & kSize) == 0) return;
      std::memcpy(to, from, kSize);
      to += kSize;
      from += kSize;
    };
    copy(std::integral_constant<std::size_t, 8>());
    copy(std::integral_constant<std::size_t, 4>());
    copy(std::integral_constant<std::size_t, 2>());
    copy(std::integral_constant<std::size_t, 1>());
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#endif
