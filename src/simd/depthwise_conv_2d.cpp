#include "simd/depthwise_conv_2d.h"

#include <memory>
#include <numeric>

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
/// do not care where a pixel ends. Their channels repeat after a few vectors, for each of which there is a set of
/// weights; if that would take too many, pixels are filled up to a multiple of a vector.
class DepthwiseConv2d {
 public:
  DepthwiseConv2d(const micro::Window2d& window, std::int32_t input_offset, const std::int8_t* filter,
                  const std::int32_t* bias, const micro::Requantize& finish)
      : window_(window),
        offset_(input_offset),
        zero_(Dot::input(static_cast<std::int8_t>(-input_offset), input_offset)),
        rows_(static_cast<int>(padded(window).rows)),
        columns_(static_cast<int>(padded(window).columns)),
        pixel_size_(filled_up(static_cast<std::size_t>(window.out_c))),
        run_size_(static_cast<std::size_t>((columns_ + window.stride_w - 1) / window.stride_w) * pixel_size_),
        sets_(pixel_size_ / std::gcd(pixel_size_, kWidth)),
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
    const std::int8_t* const end = output + std::size_t{1} * window_.batches * window_.out_h * out_w * out_c;
    std::vector<std::int8_t> codes;
    for (int n = 0; n < window_.batches; ++n, input += in_size) {
      for (int y = 0; y < rows_; ++y) copy_row(input, y - window_.pad_h, image + y * row_size());
      for (int y = 0; y < window_.out_h; ++y, output += out_w * out_c) {
        const Dot::X* row = image + static_cast<std::size_t>(y * window_.stride_h) * row_size();
        // The last vector runs over the end of the line, which the next line overwrites.
        if (pixel_size_ == out_c && output + line + kWidth <= end) {
          run_line(row, line, output);
          continue;
        }
        codes.resize(line + kWidth);
        run_line(row, line, codes.data());
        for (std::size_t x = 0; x < out_w; ++x) {
          std::memcpy(output + x * out_c, codes.data() + x * pixel_size_, out_c);
        }
      }
    }
  }

 private:
  micro::Window2d window_;
  std::int32_t offset_;
  Dot::X zero_;  // of the border
  int rows_;     // of the image with its border
  int columns_;
  std::size_t pixel_size_;  // channels, filled up
  std::size_t run_size_;    // columns of one phase of the stride
  std::size_t sets_;        // vectors of different channels
  ChannelTable table_;
  std::vector<std::size_t> taps_;  // inputs from an output's first
  Aligned<Dot::W> weights_;        // [set][group of taps][part of Dot::split][lane][tap]

  static std::size_t filled_up(std::size_t channels) {
    constexpr std::size_t kMostSets = 8;
    const std::size_t whole = (channels + kWidth - 1) / kWidth * kWidth;
    const bool repeats_soon = channels / std::gcd(channels, kWidth) <= std::max(kMostSets, whole / kWidth);
    return repeats_soon ? channels : whole;
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
        std::int64_t magnitude = 0;
        for (std::size_t t = 0; t < taps; ++t) {
          const std::int8_t weight = filter[t * channels + channel];
          weights_[set * set_size() + ((t / Dot::kTaps * Dot::kTaps + part) * kLanes + lane) * Dot::kTaps +
                   t % Dot::kTaps] = weight;
          sum += weight;
          magnitude += std::abs(weight);
        }
        table_.set(set * kWidth + entry, multiplier_of(finish, channel), offset_, sum, magnitude,
                   bias == nullptr ? 0 : bias[channel]);
      }
    }
  }

  /// Row `y` of the image, which may lie outside, with its border; columns apart by their phase of the stride.
  void copy_row(const std::int8_t* image, int y, Dot::X* to) const {
    if (y < 0 || y >= window_.in_h) {
      std::fill_n(to, row_size(), zero_);
      return;
    }
    const std::int8_t* row = image + std::size_t{1} * y * window_.in_w * window_.in_c;
    if (window_.out_c != window_.in_c) {
      copy_pixels(row, to, [this](const std::int8_t* from, Dot::X* pixel) HWY_ATTR { copy_repeated(from, pixel); });
    } else if (window_.stride_w == 1 && pixel_size_ == static_cast<std::size_t>(window_.in_c)) {
      const std::size_t before = static_cast<std::size_t>(window_.pad_w) * pixel_size_;
      const std::size_t count = static_cast<std::size_t>(last_column() - window_.pad_w) * pixel_size_;
      std::fill_n(to, before, zero_);
      copy_input(row, count, offset_, to + before);
      std::fill_n(to + before + count, row_size() - before - count, zero_);
    } else {
      switch (window_.in_c) {
        case 8: copy_pixels_of<8>(row, to); break;
        case 16: copy_pixels_of<16>(row, to); break;
        case 32: copy_pixels_of<32>(row, to); break;
        case 64: copy_pixels_of<64>(row, to); break;
        default:
          copy_pixels(row, to, [this](const std::int8_t* from, Dot::X* pixel) HWY_ATTR {
            copy_input(from, static_cast<std::size_t>(window_.in_c), offset_, pixel);
          });
      }
    }
  }

  /// Past the last column of the row with its border that lies in the image.
  int last_column() const { return std::min(columns_, window_.pad_w + window_.in_w); }

  template <std::size_t kChannels>
  void copy_pixels_of(const std::int8_t* row, Dot::X* to) const {
    copy_pixels(row, to, [this](const std::int8_t* from, Dot::X* pixel) HWY_ATTR {
      copy_inputs<kChannels>(from, offset_, pixel);
    });
  }

  template <class CopyPixel>
  void copy_pixels(const std::int8_t* row, Dot::X* to, const CopyPixel& copy_pixel) const {
    const int stride = window_.stride_w;
    for (int phase = 0; phase < stride; ++phase) {
      Dot::X* pixel = to + static_cast<std::size_t>(phase) * run_size_;
      for (int column = phase; column < columns_; column += stride, pixel += pixel_size_) {
        if (column < window_.pad_w || column >= last_column()) {
          std::fill_n(pixel, pixel_size_, zero_);
        } else {
          copy_pixel(row + std::size_t{1} * (column - window_.pad_w) * window_.in_c, pixel);
        }
      }
    }
  }

  /// Each channel as often as it has filters.
  void copy_repeated(const std::int8_t* from, Dot::X* pixel) const {
    const auto multiplier = static_cast<std::size_t>(window_.out_c / window_.in_c);
    for (int c = 0; c < window_.in_c; ++c, pixel += multiplier) {
      std::fill_n(pixel, multiplier, Dot::input(from[c], offset_));
    }
  }

  void run_line(const Dot::X* row, std::size_t length, std::int8_t* to) const {
    const Range range = table_.range();
    std::size_t set = 0;
    for (std::size_t i = 0; i < length; i += kWidth) {
      run_vector(row + i, set, range, to + i);
      set = set + 1 == sets_ ? 0 : set + 1;
    }
  }

  HWY_INLINE void run_vector(const Dot::X* x, std::size_t set, const Range& range, std::int8_t* to) const {
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
    Dot::join(sums, range, to);
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
  return HWY_DYNAMIC_DISPATCH(make_depthwise_conv_2d)(as_row(window), input_offset, filter, bias, finish);
}

}  // namespace mltk::simd
#endif
