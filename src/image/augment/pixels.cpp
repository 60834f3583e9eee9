#include "image/augment/pixels.h"

#include <algorithm>
#include <cmath>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/augment/pixels.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::image::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using F = hn::ScalableTag<float>;
using I = hn::RebindToSigned<F>;

/// Columns [first, last) of an output row; places outside are moved to the border. Products and sums are rounded each:
/// a fused one would differ between instruction sets.
void warp_row(const WarpRow& row, std::int64_t first, std::int64_t last, float* to) {
  const F d;
  const I di;
  const auto zero = hn::Zero(d);
  const auto one = hn::Set(d, 1.0F);
  const auto bottom = hn::Set(d, static_cast<float>(row.height - 1));
  const auto right = hn::Set(d, static_cast<float>(row.width - 1));
  const auto width = hn::Set(di, static_cast<std::int32_t>(row.width));
  const auto channels = hn::Set(di, static_cast<std::int32_t>(row.channels));
  const auto next_row = static_cast<std::ptrdiff_t>(row.width * row.channels);
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  HWY_ALIGN float spill[HWY_MAX_BYTES / sizeof(float)];
  for (std::int64_t c = first; c < last; c += lanes) {
    const auto at = hn::Iota(d, static_cast<float>(c));
    const auto y = hn::Add(hn::Mul(at, hn::Set(d, row.row_step)), hn::Set(d, row.row0));
    const auto x = hn::Add(hn::Mul(at, hn::Set(d, row.column_step)), hn::Set(d, row.column0));
    const auto inside_y = hn::Min(hn::Max(y, zero), bottom);
    const auto inside_x = hn::Min(hn::Max(x, zero), right);
    const auto top = hn::ConvertTo(di, inside_y);
    const auto left = hn::ConvertTo(di, inside_x);
    const auto v = hn::Sub(inside_y, hn::ConvertTo(d, top));
    const auto u = hn::Sub(inside_x, hn::ConvertTo(d, left));
    const auto index = hn::Mul(hn::Add(hn::Mul(top, width), left), channels);
    const std::int64_t count = std::min(lanes, last - c);
    for (std::int64_t k = 0; k < row.channels; ++k) {
      const float* base = row.source + k;
      const auto a = hn::GatherIndex(d, base, index);
      const auto b = hn::GatherIndex(d, base + row.channels, index);
      const auto e = hn::GatherIndex(d, base + next_row, index);
      const auto f = hn::GatherIndex(d, base + next_row + row.channels, index);
      const auto upper = hn::Add(hn::Mul(a, hn::Sub(one, u)), hn::Mul(b, u));
      const auto lower = hn::Add(hn::Mul(e, hn::Sub(one, u)), hn::Mul(f, u));
      const auto value = hn::Add(hn::Mul(upper, hn::Sub(one, v)), hn::Mul(lower, v));
      if (row.channels == 1 && count == lanes) {
        hn::StoreU(value, d, to + c);
        continue;
      }
      hn::Store(value, d, spill);
      for (std::int64_t i = 0; i < count; ++i) to[(c + i) * row.channels + k] = spill[i];
    }
  }
}

std::pair<float, float> range(const float* values, std::size_t count) {
  const F d;
  const std::size_t lanes = hn::Lanes(d);
  float low = values[0];
  float high = values[0];
  std::size_t i = 0;
  if (count >= lanes) {
    auto least = hn::LoadU(d, values);
    auto most = least;
    for (; i + lanes <= count; i += lanes) {
      const auto value = hn::LoadU(d, values + i);
      least = hn::Min(least, value);
      most = hn::Max(most, value);
    }
    low = hn::GetLane(hn::MinOfLanes(d, least));
    high = hn::GetLane(hn::MaxOfLanes(d, most));
  }
  for (; i < count; ++i) {
    low = std::min(low, values[i]);
    high = std::max(high, values[i]);
  }
  return {low, high};
}

template <class V, class D>
HWY_INLINE V to_sample(D d, V value) {
  return hn::Trunc(hn::Min(hn::Max(value, hn::Zero(d)), hn::Set(d, 255.0F)));
}

void blend(float* values, std::size_t count, float factor) {
  const F d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto sample = to_sample(d, hn::LoadU(d, values + i));
    hn::StoreU(to_sample(d, hn::Mul(sample, hn::Set(d, factor))), d, values + i);
  }
  const hn::CappedTag<float, 1> one;
  for (; i < count; ++i) {
    const auto sample = to_sample(one, hn::LoadU(one, values + i));
    hn::StoreU(to_sample(one, hn::Mul(sample, hn::Set(one, factor))), one, values + i);
  }
}

template <class D>
HWY_INLINE void shot_step(D d, float* values, float levels, const float* normals) {
  const auto before = hn::LoadU(d, values);
  const auto z = hn::LoadU(d, normals);
  const auto one = hn::Set(d, 1.0F);
  const auto mean = hn::Mul(before, hn::Set(d, levels));
  const auto is_large = hn::Ge(mean, hn::Set(d, kLeastShotMean));
  const auto deviation = hn::Sqrt(hn::IfThenElse(is_large, mean, one));
  const auto square = hn::Mul(z, z);
  const auto skewness = hn::Mul(hn::Sub(square, one), hn::Set(d, 1.0F / 6));
  const auto rest = hn::Div(hn::Mul(hn::Mul(z, hn::Sub(one, square)), hn::Set(d, 1.0F / 72)), deviation);
  const auto quantile = hn::Add(hn::Add(mean, hn::Mul(deviation, z)), hn::Add(skewness, rest));
  const auto number = hn::Floor(hn::Add(quantile, hn::Set(d, 0.5F)));
  hn::StoreU(hn::IfThenElse(is_large, hn::Div(number, hn::Set(d, levels)), before), d, values);
}

void shot(float* values, std::size_t count, float levels, const float* normals) {
  const F d;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) shot_step(d, values + i, levels, normals + i);
  const hn::CappedTag<float, 1> single;
  for (; i < count; ++i) shot_step(single, values + i, levels, normals + i);
}

void turn(float* row, std::size_t count) {
  const F d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t first = 0;
  std::size_t last = count;
  for (; last - first >= 2 * lanes; first += lanes, last -= lanes) {
    const auto front = hn::LoadU(d, row + first);
    const auto back = hn::LoadU(d, row + last - lanes);
    hn::StoreU(hn::Reverse(d, back), d, row + first);
    hn::StoreU(hn::Reverse(d, front), d, row + last - lanes);
  }
  std::reverse(row + first, row + last);
}

}  // namespace mltk::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::image {
namespace {

HWY_EXPORT(warp_row);
HWY_EXPORT(range);
HWY_EXPORT(blend);
HWY_EXPORT(shot);
HWY_EXPORT(turn);

float place(float start, float step, std::int64_t c) { return static_cast<float>(c) * step + start; }

bool is_inside(const WarpRow& row, std::int64_t c) {
  const float y = place(row.row0, row.row_step, c);
  const float x = place(row.column0, row.column_step, c);
  return y >= 0 && x >= 0 && y <= static_cast<float>(row.height - 1) && x <= static_cast<float>(row.width - 1);
}

/// A pixel whose place is outside.
void warp_outside(const WarpRow& row, std::int64_t c, std::string_view fill_mode, float cval, float* to) {
  const auto y = static_cast<float>(extend(place(row.row0, row.row_step, c), row.height, fill_mode));
  const auto x = static_cast<float>(extend(place(row.column0, row.column_step, c), row.width, fill_mode));
  if (y < 0 || x < 0) {
    std::fill_n(to, row.channels, cval);
    return;
  }
  const auto top = static_cast<std::int64_t>(y);
  const auto left = static_cast<std::int64_t>(x);
  const float v = y - static_cast<float>(top);
  const float u = x - static_cast<float>(left);
  const float* above = row.source + (top * row.width + left) * row.channels;
  const float* below = above + row.width * row.channels;
  for (std::int64_t k = 0; k < row.channels; ++k) {
    const float upper = above[k] * (1 - u) + above[k + row.channels] * u;
    const float lower = below[k] * (1 - u) + below[k + row.channels] * u;
    to[k] = upper * (1 - v) + lower * v;
  }
}

}  // namespace

double extend(double at, std::int64_t size, std::string_view mode) {
  const auto last = static_cast<double>(size - 1);
  if (at >= 0 && at <= last) return at;
  if (mode == "constant") return -1;
  if (mode == "nearest" || size == 1) return std::clamp(at, 0.0, last);
  if (mode == "wrap") {
    // A multiple of the period below 0 is the last sample, above it the first.
    return at < 0 ? at + last * (std::floor(-at / last) + 1) : std::fmod(at, last);
  }
  // reflect: the edge is repeated, so the period is twice the size.
  const auto period = 2 * static_cast<double>(size);
  at = std::fmod(at + 0.5, period);
  if (at < 0) at += period;
  at = at > static_cast<double>(size) ? period - at : at;
  return std::clamp(at - 0.5, 0.0, last);
}

void warp_bilinear(const Tensor& source, Tensor& target, const PixelMap& map, std::string_view fill_mode, float cval) {
  const Shape& shape = target.shape();
  const auto pixels = source.as<float>();
  std::vector<float> padded(pixels.size() + static_cast<std::size_t>((shape[1] + 1) * shape[2]));
  std::ranges::copy(pixels, padded.begin());
  const bool clamps = fill_mode == "nearest";
  for (std::int64_t r = 0; r < shape[0]; ++r) {
    const auto at = static_cast<double>(r);
    const WarpRow row = {
        .source = padded.data(),
        .height = shape[0],
        .width = shape[1],
        .channels = shape[2],
        .row0 = static_cast<float>(map.row[0] * at + map.row[2]),
        .row_step = static_cast<float>(map.row[1]),
        .column0 = static_cast<float>(map.column[0] * at + map.column[2]),
        .column_step = static_cast<float>(map.column[1]),
    };
    float* to = target.as<float>().data() + r * shape[1] * shape[2];
    std::int64_t first = 0;
    std::int64_t last = shape[1];
    if (!clamps) {
      // Places move along a line, so those inside follow one another.
      for (; first < last && !is_inside(row, first); ++first)
        warp_outside(row, first, fill_mode, cval, to + first * shape[2]);
      for (; first < last && !is_inside(row, last - 1); --last)
        warp_outside(row, last - 1, fill_mode, cval, to + (last - 1) * shape[2]);
    }
    HWY_DYNAMIC_DISPATCH(warp_row)(row, first, last, to);
  }
}

std::pair<float, float> range_of(std::span<const float> values) {
  return HWY_DYNAMIC_DISPATCH(range)(values.data(), values.size());
}

void blend_with_black(std::span<float> values, float factor) {
  HWY_DYNAMIC_DISPATCH(blend)(values.data(), values.size(), factor);
}

void add_shot_noise(std::span<float> values, float levels, std::span<const float> normals) {
  HWY_DYNAMIC_DISPATCH(shot)(values.data(), values.size(), levels, normals.data());
}

void reverse(std::span<float> row) { HWY_DYNAMIC_DISPATCH(turn)(row.data(), row.size()); }

}  // namespace mltk::image
#endif
