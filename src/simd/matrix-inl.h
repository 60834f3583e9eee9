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
  using Range = HWY_NAMESPACE::Range;
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
  static HWY_INLINE void store(Vector values, const Range& range, std::size_t count, Value* to) {
    constexpr hn::Rebind<std::int8_t, Tag> bytes;
    store_part(bytes, hn::DemoteTo(bytes, range.clamp(values)), count, to);
  }
  static HWY_INLINE void store_four(const Vector (&values)[4], const Range& range, Value* to) {
    HWY_NAMESPACE::store_four(values, range, to);
  }

  class Table : public ChannelTable {
   public:
    /// weights [channels, inputs]
    Table(std::size_t channels, std::size_t inputs, std::int32_t offset, const Weight* weights,
          const std::int32_t* bias, const micro::Requantize& finish)
        : ChannelTable((channels + kLanes - 1) / kLanes * kLanes, finish) {
      for (std::size_t c = 0; c < channels; ++c) {
        std::int32_t sum = 0;
        std::int64_t magnitude = 0;
        for (std::size_t i = 0; i < inputs; ++i) {
          sum += weights[c * inputs + i];
          magnitude += std::abs(weights[c * inputs + i]);
        }
        set(c, multiplier_of(finish, c), offset, sum, magnitude, bias == nullptr ? 0 : bias[c]);
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

  struct Range {
    Vector low;
    Vector high;

    /// As micro::clamp: NaN stays.
    HWY_INLINE Vector clamp(Vector values) const {
      const Vector raised = hn::IfThenElse(hn::Lt(values, low), low, values);
      return hn::IfThenElse(hn::Gt(raised, high), high, raised);
    }
  };

  static void copy(const Value* from, std::size_t count, std::int32_t /*offset*/, X* to) {
    std::copy_n(from, count, to);
  }
  static X zero(std::int32_t /*offset*/) { return 0; }
  static HWY_INLINE Vector none() { return hn::Zero(Tag()); }
  static HWY_INLINE Vector broadcast(const X* x) { return hn::Set(Tag(), *x); }
  static HWY_INLINE Vector load(const W* w) { return hn::Load(Tag(), w); }
  static HWY_INLINE Vector multiply_add(Vector sums, Vector x, Vector w) { return hn::Add(sums, hn::Mul(x, w)); }
  static HWY_INLINE void store(Vector values, const Range& range, std::size_t count, Value* to) {
    store_part(Tag(), range.clamp(values), count, to);
  }
  static HWY_INLINE void store_four(const Vector (&values)[4], const Range& range, Value* to) {
    for (std::size_t i = 0; i < 4; ++i) hn::StoreU(range.clamp(values[i]), Tag(), to + i * kLanes);
  }

  class Table {
   public:
    struct Finish {
      Vector bias;
      HWY_INLINE Finish() {}  // as Multipliers
      HWY_INLINE explicit Finish(Vector of_channels) : bias(of_channels) {}
      HWY_INLINE Vector operator()(Vector sums) const { return hn::Add(sums, bias); }
    };

    Table(std::size_t channels, const float* bias, micro::ClampFloat range)
        : bias_(hwy::AllocateAligned<float>((channels + kLanes - 1) / kLanes * kLanes)), range_(range) {
      std::fill_n(bias_.get(), (channels + kLanes - 1) / kLanes * kLanes, 0.0F);
      if (bias != nullptr) std::copy_n(bias, channels, bias_.get());
    }

    HWY_INLINE Vector start(std::size_t /*entry*/) const { return none(); }
    HWY_INLINE Finish finish(std::size_t entry) const { return Finish(hn::Load(Tag(), bias_.get() + entry)); }
    HWY_INLINE Range range() const { return {hn::Set(Tag(), range_.low), hn::Set(Tag(), range_.high)}; }

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

  /// Pixels of a block: its sums, a vector of weights each and an input must fit into the registers, and so must the
  /// addresses of its pixels.
  static constexpr std::size_t block_pixels(std::size_t vectors) {
    constexpr std::size_t kSums = HWY_TARGET <= HWY_AVX3 || !HWY_ARCH_X86 ? 24 : 10;
    return std::min<std::size_t>(kSums / vectors, 6);
  }
  /// A sum waits for the one before it: few sums of integers, whose order does not matter, are kept as two each.
  static constexpr std::size_t chains(std::size_t sums) { return std::is_integral_v<Value> && sums < 8 ? 2 : 1; }

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
  HWY_NOINLINE void run_block(const X* x, const std::int32_t* first_input, std::size_t pixels, std::size_t vector,
                              Value* output) const {
    constexpr std::size_t kPixels = block_pixels(kVectors);
    const Block<kVectors> block(*this, vector);
    std::size_t p = 0;
    for (; p + kPixels <= pixels; p += kPixels) {
      block.template run<kPixels>(x, first_input + p, output + p * channels_);
    }
    if (p == pixels) return;
    if (pixels > kPixels) {  // the last pixels once more, from so far back that they fill a block
      p = pixels - kPixels;
      block.template run<kPixels>(x, first_input + p, output + p * channels_);
      return;
    }
    for (; p < pixels; ++p) block.template run<1>(x, first_input + p, output + p * channels_);
  }

  /// Some vectors of channels, with all that is the same for each pixel.
  template <std::size_t kVectors>
  class Block {
   public:
    HWY_INLINE Block(const Matrix& matrix, std::size_t vector)
        : matrix_(matrix),
          range_(matrix.table_.range()),
          channel_(vector * kLanes),
          count_(matrix.channels_ - channel_),
          weights_(matrix.weights_.get() + vector * matrix.vector_weights()) {
      for (std::size_t v = 0; v < kVectors; ++v) {
        start_[v] = matrix.table_.start(channel_ + v * kLanes);
        finish_[v] = matrix.table_.finish(channel_ + v * kLanes);
      }
    }

    /// Compute the outputs of kPixels pixels.
    template <std::size_t kPixels>
    HWY_INLINE void run(const X* x, const std::int32_t* first_input, Value* output) const {
      constexpr std::size_t kChains = chains(kVectors * kPixels);
      Vector sums[kChains][kPixels][kVectors];
      const X* from[kPixels];
      unrolled<kPixels>([&](auto p) MLTK_SIMD_INLINE {
        from[p] = x + first_input[p];
        unrolled<kVectors>([&](auto v) MLTK_SIMD_INLINE {
          sums[0][p][v] = start_[v];
          if constexpr (kChains == 2) sums[1][p][v] = Arithmetic::none();
        });
      });
      const W* w = weights_;
      std::ptrdiff_t input = 0;
      const auto add_group = [&](auto chain) MLTK_SIMD_INLINE {
        Vector weights[kVectors];
        unrolled<kVectors>([&](auto v) MLTK_SIMD_INLINE { weights[v] = Arithmetic::load(w + v * kLanes * kTaps); });
        unrolled<kPixels>([&](auto p) MLTK_SIMD_INLINE {
          const Vector taps = Arithmetic::broadcast(from[p] + input);
          unrolled<kVectors>([&](auto v) MLTK_SIMD_INLINE {
            sums[chain][p][v] = Arithmetic::multiply_add(sums[chain][p][v], taps, weights[v]);
          });
        });
        w += kVectors * kLanes * kTaps;
        input += kTaps;
      };
      for (const std::ptrdiff_t segment : matrix_.segments_.offsets) {
        input = segment;
        std::size_t g = 0;
        for (; g + kChains <= matrix_.groups_; g += kChains) unrolled<kChains>(add_group);
        if constexpr (kChains == 2) {
          if (g < matrix_.groups_) add_group(std::integral_constant<std::size_t, 0>());
        }
      }
      Vector values[kPixels * kVectors];
      unrolled<kPixels>([&](auto p) MLTK_SIMD_INLINE {
        unrolled<kVectors>([&](auto v) MLTK_SIMD_INLINE {
          Vector sum = sums[0][p][v];
          if constexpr (kChains == 2) sum = Arithmetic::add(sum, sums[1][p][v]);
          values[p * kVectors + v] = finish_[v](sum);
        });
      });
      store(values, output);
    }

   private:
    const Matrix& matrix_;
    typename Arithmetic::Range range_;
    std::size_t channel_;  // the first one
    std::size_t count_;    // of channels from there on
    const W* weights_;
    Vector start_[kVectors];
    typename Table::Finish finish_[kVectors];

    /// values [pixels, kVectors]
    template <std::size_t kCount>
    HWY_INLINE void store(const Vector (&values)[kCount], Value* output) const {
      const auto place = [&](std::size_t i) {
        return output + i / kVectors * matrix_.channels_ + channel_ + i % kVectors * kLanes;
      };
      const bool is_whole = count_ >= kVectors * kLanes && (kVectors == 4 || matrix_.channels_ == kVectors * kLanes);
      const std::size_t whole = is_whole ? kCount / 4 * 4 : 0;  // neighbours in memory
      if (is_whole) {
        unrolled<kCount / 4>([&](auto four) MLTK_SIMD_INLINE {
          constexpr std::size_t i = 4 * four;
          const Vector each[4] = {values[i], values[i + 1], values[i + 2], values[i + 3]};
          Arithmetic::store_four(each, range_, place(i));
        });
      }
      unrolled<kCount>([&](auto i) MLTK_SIMD_INLINE {
        if (i >= whole) Arithmetic::store(values[i], range_, count_ - i % kVectors * kLanes, place(i));
      });
    }
  };
};

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#endif
