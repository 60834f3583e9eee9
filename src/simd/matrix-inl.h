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

// ---- arithmetic of a matrix
//
// Value, Weight     what users see: inputs and outputs, weights
// X, W, kTaps       as for Dot
// Table             what sums start with, and the steps from sums to outputs

/// Codes, as micro::conv_2d of int8 computes with them.
struct Int8 {
  using Value = std::int8_t;
  using Weight = std::int8_t;
  using X = Dot::X;
  using W = Dot::W;
  using Vector = Sums;
  static constexpr std::size_t kTaps = Dot::kTaps;

  static void copy(const Value* from, std::size_t count, std::int32_t offset, X* to) {
    copy_input(from, count, offset, to);
  }
  static X zero(std::int32_t offset) { return Dot::input(static_cast<std::int8_t>(-offset), offset); }
  static HWY_INLINE Vector none() { return hn::Zero(kTag); }
  static HWY_INLINE Vector broadcast(const X* x) { return broadcast_taps(x); }
  static HWY_INLINE Vector load(const W* w) { return load_weights(w); }
  static HWY_INLINE Vector multiply_add(Vector sums, Vector x, Vector w) { return Dot::add(sums, x, w); }
  static HWY_INLINE Vector add(Vector a, Vector b) { return hn::Add(a, b); }
  static HWY_INLINE void store(Vector codes, std::size_t count, Value* to) {
    constexpr hn::Rebind<std::int8_t, Tag> bytes;
    store_part(bytes, hn::DemoteTo(bytes, codes), count, to);
  }

  class Table : public ChannelTable {
   public:
    /// weights [channels, inputs]
    Table(std::size_t channels, std::size_t inputs, std::int32_t offset, const Weight* weights,
          const std::int32_t* bias, const micro::Requantize& finish)
        : ChannelTable((channels + kLanes - 1) / kLanes * kLanes, finish) {
      for (std::size_t c = 0; c < channels; ++c) {
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < inputs; ++i) sum += weights[c * inputs + i];
        const std::uint32_t start = bias == nullptr ? 0 : static_cast<std::uint32_t>(bias[c]);
        set(c, multiplier_of(finish, c), Dot::start(start, offset, sum));
      }
    }
  };
};

/// Real numbers. Products and sums are rounded each, in the order of the plain kernel: the same bits.
struct Float {
  using Value = float;
  using Weight = float;
  using X = float;
  using W = float;
  using Tag = hn::ScalableTag<float>;
  using Vector = hn::Vec<Tag>;
  static constexpr std::size_t kTaps = 1;

  static void copy(const Value* from, std::size_t count, std::int32_t /*offset*/, X* to) {
    std::copy_n(from, count, to);
  }
  static X zero(std::int32_t /*offset*/) { return 0; }
  static HWY_INLINE Vector none() { return hn::Zero(Tag()); }
  static HWY_INLINE Vector broadcast(const X* x) { return hn::Set(Tag(), *x); }
  static HWY_INLINE Vector load(const W* w) { return hn::Load(Tag(), w); }
  static HWY_INLINE Vector multiply_add(Vector sums, Vector x, Vector w) { return hn::Add(sums, hn::Mul(x, w)); }
  static HWY_INLINE void store(Vector values, std::size_t count, Value* to) { store_part(Tag(), values, count, to); }

  class Table {
   public:
    struct Finish {
      Vector bias;
      Vector low;
      Vector high;
      HWY_INLINE Vector operator()(Vector sums) const {
        const Vector value = hn::Add(sums, bias);
        // As micro::clamp: NaN stays.
        const Vector raised = hn::IfThenElse(hn::Lt(value, low), low, value);
        return hn::IfThenElse(hn::Gt(raised, high), high, raised);
      }
    };

    Table(std::size_t channels, const float* bias, micro::ClampFloat range)
        : bias_(hwy::AllocateAligned<float>((channels + kLanes - 1) / kLanes * kLanes)), range_(range) {
      std::fill_n(bias_.get(), (channels + kLanes - 1) / kLanes * kLanes, 0.0F);
      if (bias != nullptr) std::copy_n(bias, channels, bias_.get());
    }

    HWY_INLINE Vector start(std::size_t /*entry*/) const { return none(); }
    HWY_INLINE Finish finish(std::size_t entry) const {
      return {hn::Load(Tag(), bias_.get() + entry), hn::Set(Tag(), range_.low), hn::Set(Tag(), range_.high)};
    }

   private:
    Aligned<float> bias_;
    micro::ClampFloat range_;
  };
};

/// Runs of neighbouring inputs that an output is computed from: the rows of a filter.
struct Segments {
  std::size_t length = 0;               ///< inputs in each
  std::vector<std::ptrdiff_t> offsets;  ///< of each from the output's first input
};

/// output[p, c] = finish(sum over segments s and inputs i of x[p + s + i] * weights[c, s, i])
///
/// Blocks of channels (up to four vectors) times blocks of pixels stay in registers while all inputs go by.
template <class Arithmetic>
class Matrix {
 public:
  using Value = typename Arithmetic::Value;
  using X = typename Arithmetic::X;
  using W = typename Arithmetic::W;
  using Table = typename Arithmetic::Table;

  /// weights [channels, segments, length]
  Matrix(std::size_t channels, Segments segments, const typename Arithmetic::Weight* weights, Table table)
      : channels_(channels),
        segments_(std::move(segments)),
        groups_((segments_.length + kTaps - 1) / kTaps),
        vectors_((channels + kLanes - 1) / kLanes),
        table_(std::move(table)),
        weights_(hwy::AllocateAligned<W>(vectors_ * vector_weights())) {
    const std::size_t inputs = segments_.offsets.size() * segments_.length;
    std::fill_n(weights_.get(), vectors_ * vector_weights(), W{});
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t i = 0; i < inputs; ++i) {
        weights_[place(c, i / segments_.length, i % segments_.length)] = weights[c * inputs + i];
      }
    }
  }

  /// Compute `pixels` outputs [pixels, channels]. Pixel p's first input is x[first_input[p]]; up to kTaps - 1 inputs
  /// past the last one are read.
  void run(const X* x, const std::int32_t* first_input, std::size_t pixels, Value* output) const {
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
  using Vector = typename Arithmetic::Vector;
  static constexpr std::size_t kTaps = Arithmetic::kTaps;
  static constexpr std::size_t kMostVectors = 4;

  std::size_t channels_;
  Segments segments_;
  std::size_t groups_;  // multiply-adds of a segment
  std::size_t vectors_;
  Table table_;
  Aligned<W> weights_;  // [block of up to 4 vectors][segment][group][vector of the block][lane][tap]

  /// Pixels of a block: its sums, a vector of weights each and an input must fit into the registers.
  static constexpr std::size_t block_pixels(std::size_t vectors) {
    constexpr std::size_t kSums = HWY_TARGET <= HWY_AVX3 || !HWY_ARCH_X86 ? 24 : 10;
    return std::min<std::size_t>(kSums / vectors, 8);
  }

  std::size_t vector_weights() const { return segments_.offsets.size() * groups_ * kLanes * kTaps; }
  /// Vectors of the block that begins at `vector`.
  std::size_t block_vectors(std::size_t vector) const { return std::min(kMostVectors, vectors_ - vector); }

  std::size_t place(std::size_t channel, std::size_t segment, std::size_t input) const {
    const std::size_t vector = channel / kLanes;
    const std::size_t first = vector / kMostVectors * kMostVectors;
    const std::size_t group = segment * groups_ + input / kTaps;
    return first * vector_weights() +
           ((group * block_vectors(first) + vector - first) * kLanes + channel % kLanes) * kTaps + input % kTaps;
  }

  template <std::size_t kVectors>
  void run_block(const X* x, const std::int32_t* first_input, std::size_t pixels, std::size_t vector,
                 Value* output) const {
    constexpr std::size_t kPixels = block_pixels(kVectors);
    std::size_t p = 0;
    for (; p + kPixels <= pixels; p += kPixels) {
      run_pixels<kVectors, kPixels>(x, first_input + p, vector, output + p * channels_);
    }
    for (; p < pixels; ++p) run_pixels<kVectors, 1>(x, first_input + p, vector, output + p * channels_);
  }

  template <std::size_t kVectors, std::size_t kPixels>
  HWY_NOINLINE void run_pixels(const X* x, const std::int32_t* first_input, std::size_t vector, Value* output) const {
    // One pixel alone would wait for its sums: integers, whose order does not matter, are summed in two chains.
    constexpr std::size_t kChains = kPixels == 1 && std::is_integral_v<Value> ? 2 : 1;
    Vector sums[kChains * kPixels][kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      const Vector start = table_.start((vector + v) * kLanes);
      for (std::size_t p = 0; p < kPixels; ++p) sums[p][v] = start;
      if constexpr (kChains == 2) sums[1][v] = Arithmetic::none();
    }
    const W* w = weights_.get() + vector * vector_weights();
    for (const std::ptrdiff_t segment : segments_.offsets) {
      const X* from[kPixels];
      for (std::size_t p = 0; p < kPixels; ++p) from[p] = x + first_input[p] + segment;
      const auto add_group = [&](std::size_t g, std::size_t chain) HWY_ATTR {
        Vector weights[kVectors];
        for (std::size_t v = 0; v < kVectors; ++v) weights[v] = Arithmetic::load(w + v * kLanes * kTaps);
        w += kVectors * kLanes * kTaps;
        for (std::size_t p = 0; p < kPixels; ++p) {
          const Vector taps = Arithmetic::broadcast(from[p] + g * kTaps);
          Vector* to = sums[chain * kPixels + p];
          for (std::size_t v = 0; v < kVectors; ++v) to[v] = Arithmetic::multiply_add(to[v], taps, weights[v]);
        }
      };
      std::size_t g = 0;
      if constexpr (kChains == 2) {
        for (; g + 2 <= groups_; g += 2) {
          add_group(g, 0);
          add_group(g + 1, 1);
        }
      }
      for (; g < groups_; ++g) add_group(g, 0);
    }
    for (std::size_t v = 0; v < kVectors; ++v) {
      if constexpr (kChains == 2) sums[0][v] = Arithmetic::add(sums[0][v], sums[1][v]);
      const std::size_t channel = (vector + v) * kLanes;
      const auto finish = table_.finish(channel);
      for (std::size_t p = 0; p < kPixels; ++p) {
        Arithmetic::store(finish(sums[p][v]), channels_ - channel, output + p * channels_ + channel);
      }
    }
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#endif
