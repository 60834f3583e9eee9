#include "image/resize.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace mltk::image {
namespace {

struct Filter {
  std::string_view name;
  Interpolation interpolation;
  double support;
  double (*weight)(double x);
};

double sinc(double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }

double box(double x) { return x > -0.5 && x <= 0.5 ? 1 : 0; }
double triangle(double x) { return std::max(0.0, 1 - std::abs(x)); }
double hamming(double x) {
  x = std::abs(x);
  if (x == 0) return 1;
  if (x >= 1) return 0;
  return sinc(x) * (0.54 + 0.46 * std::cos(std::numbers::pi * x));
}
double cubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}
double lanczos(double x) { return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0; }

constexpr Filter kFilters[] = {
    {"nearest", Interpolation::nearest, 0, nullptr}, {"bilinear", Interpolation::bilinear, 1, triangle},
    {"bicubic", Interpolation::bicubic, 2, cubic},   {"hamming", Interpolation::hamming, 1, hamming},
    {"box", Interpolation::box, 0.5, box},           {"lanczos", Interpolation::lanczos, 3, lanczos},
};

/// Bits behind the point of a coefficient: 8-bit samples and two bits of headroom must fit beside them.
constexpr int kPrecision = 32 - 8 - 2;

/// Weights of the input samples that one output sample sums up.
struct Taps {
  std::int64_t first = 0;
  std::vector<std::int32_t> weights;
};

std::vector<Taps> make_taps(std::int64_t input, std::int64_t output, const Filter& filter) {
  const double scale = static_cast<double>(input) / static_cast<double>(output);
  const double stretch = std::max(scale, 1.0);
  const double support = filter.support * stretch;
  std::vector<Taps> taps(static_cast<std::size_t>(output));
  for (std::int64_t o = 0; o < output; ++o) {
    const double centre = (static_cast<double>(o) + 0.5) * scale;
    const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(centre - support + 0.5));
    const auto last = std::min(input, static_cast<std::int64_t>(centre + support + 0.5));
    std::vector<double> weights;
    double total = 0;
    for (std::int64_t i = first; i < last; ++i) {
      weights.push_back(filter.weight((static_cast<double>(i) - centre + 0.5) / stretch));
      total += weights.back();
    }
    Taps& own = taps[static_cast<std::size_t>(o)];
    own.first = first;
    for (const double weight : weights) {
      const double fixed = (total != 0 ? weight / total : weight) * (1 << kPrecision);
      own.weights.push_back(static_cast<std::int32_t>(fixed < 0 ? fixed - 0.5 : fixed + 0.5));
    }
  }
  return taps;
}

std::uint8_t to_sample(std::int64_t sum) {
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(sum >> kPrecision, 0, 255));
}

/// Resample along an axis: element (outer, o, inner) sums elements (outer, i, inner).
std::vector<std::uint8_t> resample(std::span<const std::uint8_t> in, std::int64_t outer, std::int64_t size,
                                   std::int64_t inner, const std::vector<Taps>& taps) {
  const auto output = static_cast<std::int64_t>(taps.size());
  std::vector<std::uint8_t> out(static_cast<std::size_t>(outer * output * inner));
  for (std::int64_t a = 0; a < outer; ++a) {
    for (std::int64_t o = 0; o < output; ++o) {
      const Taps& own = taps[static_cast<std::size_t>(o)];
      for (std::int64_t b = 0; b < inner; ++b) {
        std::int64_t sum = std::int64_t{1} << (kPrecision - 1);
        for (std::size_t k = 0; k < own.weights.size(); ++k) {
          const std::int64_t i = own.first + static_cast<std::int64_t>(k);
          sum += std::int64_t{in[static_cast<std::size_t>((a * size + i) * inner + b)]} * own.weights[k];
        }
        out[static_cast<std::size_t>((a * output + o) * inner + b)] = to_sample(sum);
      }
    }
  }
  return out;
}

/// The input sample of each output sample. Pillow adds up the step, and so do we, with the same rounding.
std::vector<std::int64_t> nearest_samples(std::int64_t input, std::int64_t output) {
  const double step = static_cast<double>(input) / static_cast<double>(output);
  double at = step * 0.5;
  std::vector<std::int64_t> samples;
  for (std::int64_t o = 0; o < output; ++o, at += step) {
    samples.push_back(std::min(input - 1, static_cast<std::int64_t>(at)));
  }
  return samples;
}

Tensor pick_nearest(const Tensor& picture, std::int64_t height, std::int64_t width) {
  const Shape& from = picture.shape();
  Tensor result(DType::uint8, {height, width, from[2]});
  const auto rows = nearest_samples(from[0], height);
  const auto columns = nearest_samples(from[1], width);
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      const std::int64_t at =
          (rows[static_cast<std::size_t>(y)] * from[1] + columns[static_cast<std::size_t>(x)]) * from[2];
      for (std::int64_t c = 0; c < from[2]; ++c) {
        result.as<std::uint8_t>()[static_cast<std::size_t>((y * width + x) * from[2] + c)] =
            picture.as<std::uint8_t>()[static_cast<std::size_t>(at + c)];
      }
    }
  }
  return result;
}

/// a * b / 255, rounded.
std::uint8_t multiply_255(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t product = a * b + 128;
  return static_cast<std::uint8_t>(((product >> 8U) + product) >> 8U);
}

/// Colours times alpha, so that transparent pixels lend no colour to their neighbours.
void premultiply(std::span<std::uint8_t> rgba) {
  for (std::size_t i = 0; i < rgba.size(); i += 4) {
    for (std::size_t c = i; c < i + 3; ++c) rgba[c] = multiply_255(rgba[c], rgba[i + 3]);
  }
}

void unpremultiply(std::span<std::uint8_t> rgba) {
  for (std::size_t i = 0; i < rgba.size(); i += 4) {
    const std::uint32_t alpha = rgba[i + 3];
    if (alpha == 0) continue;
    for (std::size_t c = i; c < i + 3; ++c) rgba[c] = static_cast<std::uint8_t>(std::min(255U, 255U * rgba[c] / alpha));
  }
}

}  // namespace

Interpolation interpolation_of(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Filter& filter : kFilters) {
    if (filter.name == name) return filter.interpolation;
    names.push_back(filter.name);
  }
  fail(ErrorKind::invalid_argument, "interpolation '{}' is unknown, expected one of: {}", name, fmt::join(names, ", "));
}

Tensor resize(const Tensor& picture, std::int64_t height, std::int64_t width, Interpolation interpolation) {
  const Shape& from = picture.shape();
  MLTK_ASSERT(from.rank() == 3 && height > 0 && width > 0);
  if (from[0] == height && from[1] == width) return picture;
  if (interpolation == Interpolation::nearest) return pick_nearest(picture, height, width);
  const Filter& filter = *std::ranges::find(kFilters, interpolation, &Filter::interpolation);
  const auto bytes = picture.as<std::uint8_t>();
  std::vector<std::uint8_t> samples(bytes.begin(), bytes.end());
  const bool has_alpha = from[2] == 4;
  if (has_alpha) premultiply(samples);
  if (from[1] != width) samples = resample(samples, from[0], from[1], from[2], make_taps(from[1], width, filter));
  if (from[0] != height) samples = resample(samples, 1, from[0], width * from[2], make_taps(from[0], height, filter));
  if (has_alpha) unpremultiply(samples);
  return Tensor({height, width, from[2]}, std::span<const std::uint8_t>(samples));
}

}  // namespace mltk::image
