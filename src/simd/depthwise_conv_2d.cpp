#include "simd/depthwise_conv_2d.h"

#include <memory>

#include "simd/conv_2d.h"
#include "simd/padded.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/depthwise_conv_2d.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include "simd/int8-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

/// Columns that the filter meets one after another as it slides lie side by side in the copy of the image: with a
/// stride of s, s runs of columns in each row. So a row of outputs, pixels times channels, is computed by vectors that
/// do not care where a pixel ends. For that the channels of a pixel are filled up to a divisor or a multiple of a
/// vector.
class DepthwiseConv2d {
 public:
  DepthwiseConv2d(const micro::Window2d& window, std::int32_t input_offset, const std::int8_t* filter,
                  const std::int32_t* bias, const micro::Requantize& finish)
      : window_(window),
        offset_(input_offset),
        rows_(static_cast<int>(padded(window).rows)),
        columns_(static_cast<int>(padded(window).columns)),
        pixel_size_(filled_up(static_cast<std::size_t>(window.out_c))),
        run_size_(static_cast<std::size_t>((columns_ + window.stride_w - 1) / window.stride_w) * pixel_size_),
        sets_(std::max<std::size_t>(pixel_size_ / kWidth, 1)),
        table_(sets_ * kWidth, finish) {
    for (int ky = 0; ky < window.filter_h; ++ky) {
      for (int kx = 0; kx < window.filter_w; ++kx) {
        const int column = kx * window.dilation_w;
        taps_.push_back(std::size_t{1} * ky * window.dilation_h * row_size() +
                        static_cast<std::size_t>(column % window.stride_w) * run_size_ +
                        static_cast<std::size_t>(column / window.stride_w) * pixel_size_);
      }
    }
    const std::size_t taps = taps_.size();
    while (taps_.size() % Dot::kTaps != 0) taps_.push_back(taps_.back());  // with weights of zero
    pack(filter, bias, finish, taps);
  }

  void run(const std::int8_t* input, std::int8_t* output) const {
    const auto out_w = static_cast<std::size_t>(window_.out_w);
    const auto out_c = static_cast<std::size_t>(window_.out_c);
    const std::size_t line = out_w * pixel_size_;
    auto* image = workspace<Dot::X>(static_cast<std::size_t>(rows_) * row_size() + kWidth);
    const std::size_t in_size = std::size_t{1} * window_.in_h * window_.in_w * window_.in_c;
    std::vector<std::int8_t> codes(line + kWidth);
    for (int n = 0; n < window_.batches; ++n, input += in_size) {
      for (int y = 0; y < rows_; ++y) copy_row(input, y - window_.pad_h, image + y * row_size());
      for (int y = 0; y < window_.out_h; ++y, output += out_w * out_c) {
        const Dot::X* row = image + static_cast<std::size_t>(y * window_.stride_h) * row_size();
        for (std::size_t i = 0; i < line; i += kWidth) run_vector(row + i, i / kWidth % sets_, codes.data() + i);
        if (pixel_size_ == out_c) {
          std::memcpy(output, codes.data(), line);
        } else {
          for (std::size_t x = 0; x < out_w; ++x)
            std::memcpy(output + x * out_c, codes.data() + x * pixel_size_, out_c);
        }
      }
    }
  }

 private:
  micro::Window2d window_;
  std::int32_t offset_;
  int rows_;  // of the image with its border
  int columns_;
  std::size_t pixel_size_;  // channels, filled up
  std::size_t run_size_;    // columns of one phase of the stride
  std::size_t sets_;        // vectors of different channels
  ChannelTable table_;
  std::vector<std::size_t> taps_;  // inputs from an output's first
  Aligned<Dot::W> weights_;        // [set][group of taps][part of Dot::split][lane][tap]

  static std::size_t filled_up(std::size_t channels) {
    if (channels >= kWidth) return (channels + kWidth - 1) / kWidth * kWidth;
    std::size_t size = 1;
    while (size < channels) size *= 2;
    return size;
  }

  std::size_t row_size() const { return static_cast<std::size_t>(window_.stride_w) * run_size_; }
  std::size_t set_size() const { return taps_.size() * kWidth; }

  void pack(const std::int8_t* filter, const std::int32_t* bias, const micro::Requantize& finish, std::size_t taps) {
    const auto channels = static_cast<std::size_t>(window_.out_c);
    weights_ = hwy::AllocateAligned<Dot::W>(sets_ * set_size());
    std::fill_n(weights_.get(), sets_ * set_size(), Dot::W{});
    for (std::size_t set = 0; set < sets_; ++set) {
      for (std::size_t entry = 0; entry < kWidth; ++entry) {
        const std::size_t part = entry / kLanes;
        const std::size_t lane = entry % kLanes;
        const std::size_t channel = (set * kWidth + split_place(part, lane)) % pixel_size_;
        if (channel >= channels) continue;
        std::int32_t sum = 0;
        for (std::size_t t = 0; t < taps; ++t) {
          const std::int8_t weight = filter[t * channels + channel];
          weights_[set * set_size() + ((t / Dot::kTaps * Dot::kTaps + part) * kLanes + lane) * Dot::kTaps +
                   t % Dot::kTaps] = weight;
          sum += weight;
        }
        const std::uint32_t start = bias == nullptr ? 0 : static_cast<std::uint32_t>(bias[channel]);
        table_.set(set * kWidth + entry, multiplier_of(finish, channel), Dot::start(start, offset_, sum));
      }
    }
  }

  /// Row `y` of the image, which may lie outside, with its border; columns apart by their phase of the stride.
  void copy_row(const std::int8_t* image, int y, Dot::X* to) const {
    const Dot::X zero = Dot::input(static_cast<std::int8_t>(-offset_), offset_);
    if (y < 0 || y >= window_.in_h) {
      std::fill_n(to, row_size(), zero);
      return;
    }
    const std::int8_t* row = image + std::size_t{1} * y * window_.in_w * window_.in_c;
    const int first = window_.pad_w;
    const int last = std::min(columns_, first + window_.in_w);
    for (int column = 0; column < first; ++column) std::fill_n(pixel(to, column), pixel_size_, zero);
    for (int column = last; column < columns_; ++column) std::fill_n(pixel(to, column), pixel_size_, zero);
    if (window_.out_c != window_.in_c) {
      copy_repeated(row, first, last, to);
    } else if (window_.stride_w == 1 && pixel_size_ == static_cast<std::size_t>(window_.in_c)) {
      copy_input(row, static_cast<std::size_t>(last - first) * pixel_size_, offset_, pixel(to, first));
    } else {
      // A size that is known to the compiler takes an instruction or two.
      switch (window_.in_c) {
        case 8: copy_pixels(row, first, last, to, std::integral_constant<std::size_t, 8>()); break;
        case 16: copy_pixels(row, first, last, to, std::integral_constant<std::size_t, 16>()); break;
        case 32: copy_pixels(row, first, last, to, std::integral_constant<std::size_t, 32>()); break;
        case 64: copy_pixels(row, first, last, to, std::integral_constant<std::size_t, 64>()); break;
        default: copy_pixels(row, first, last, to, static_cast<std::size_t>(window_.in_c)); break;
      }
    }
  }

  Dot::X* pixel(Dot::X* row, int column) const {
    return row + static_cast<std::size_t>(column % window_.stride_w) * run_size_ +
           static_cast<std::size_t>(column / window_.stride_w) * pixel_size_;
  }

  template <class Channels>
  void copy_pixels(const std::int8_t* from, int first, int last, Dot::X* to, Channels channels) const {
    for (int column = first; column < last; ++column, from += channels) {
      copy_input(from, channels, offset_, pixel(to, column));
    }
  }

  /// Each channel as often as it has filters.
  void copy_repeated(const std::int8_t* from, int first, int last, Dot::X* to) const {
    const auto multiplier = static_cast<std::size_t>(window_.out_c / window_.in_c);
    for (int column = first; column < last; ++column) {
      Dot::X* out = pixel(to, column);
      for (int c = 0; c < window_.in_c; ++c, out += multiplier) {
        std::fill_n(out, multiplier, Dot::input(*from++, offset_));
      }
    }
  }

  HWY_INLINE void run_vector(const Dot::X* x, std::size_t set, std::int8_t* to) const {
    constexpr hn::ScalableTag<Dot::X> inputs;
    Sums sums[Dot::kTaps];
    for (std::size_t part = 0; part < Dot::kTaps; ++part) sums[part] = table_.start(set * kWidth + part * kLanes);
    const Dot::W* w = weights_.get() + set * set_size();
    for (std::size_t t = 0; t < taps_.size(); t += Dot::kTaps) {
      Dot::Inputs each[Dot::kTaps];
      Sums taps[Dot::kTaps];
      for (std::size_t i = 0; i < Dot::kTaps; ++i) each[i] = hn::LoadU(inputs, x + taps_[t + i]);
      Dot::split(each, taps);
      for (std::size_t part = 0; part < Dot::kTaps; ++part, w += kWidth) {
        sums[part] = Dot::add(sums[part], taps[part], load_weights(w));
      }
    }
    for (std::size_t part = 0; part < Dot::kTaps; ++part) {
      sums[part] = table_.finish(set * kWidth + part * kLanes)(sums[part]);
    }
    Dot::join(sums, to);
  }
};

Int8Kernel make_depthwise_conv_2d(const micro::Window2d& window, std::int32_t input_offset, const std::int8_t* filter,
                                  const std::int32_t* bias, const micro::Requantize& finish) {
  return [layer = std::make_shared<const DepthwiseConv2d>(window, input_offset, filter, bias, finish)](
             const std::int8_t* input, std::int8_t* output) { layer->run(input, output); };
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {
namespace {

/// A filter [taps, channels] as [channels, taps].
std::vector<std::int8_t> transposed(const std::int8_t* filter, std::size_t taps, std::size_t channels) {
  std::vector<std::int8_t> result(taps * channels);
  for (std::size_t t = 0; t < taps; ++t) {
    for (std::size_t c = 0; c < channels; ++c) result[c * taps + t] = filter[t * channels + c];
  }
  return result;
}

}  // namespace

HWY_EXPORT(make_depthwise_conv_2d);

Int8Kernel depthwise_conv_2d(const micro::Window2d& window, std::int32_t input_offset, const std::int8_t* filter,
                             const std::int32_t* bias, const micro::Requantize& finish) {
  if (!can_copy(window, input_offset)) return nullptr;
  if (window.in_c == 1) {  // nothing is separate: an ordinary convolution
    const auto taps = static_cast<std::size_t>(window.filter_h) * static_cast<std::size_t>(window.filter_w);
    return conv_2d(window, 1, input_offset, transposed(filter, taps, static_cast<std::size_t>(window.out_c)).data(),
                   bias, finish);
  }
  return HWY_DYNAMIC_DISPATCH(make_depthwise_conv_2d)(window, input_offset, filter, bias, finish);
}

}  // namespace mltk::simd
#endif
