// Source of the formulas: Keras 2.15's initializers over TensorFlow's stateless Philox generator on the CPU.
// logf, sinf and cosf are the C library's float functions, as there: computing in double changes the last bit.

#include "keras/initializer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

#include "base/philox.h"

namespace mltk::keras {
namespace {

float unit(std::uint32_t word) { return std::bit_cast<float>((word & 0x7FFFFFU) | 0x3F800000U) - 1.0F; }

std::array<float, 2> normal_pair(std::uint32_t a, std::uint32_t b) {
  const float u = std::max(unit(a), 1e-7F);
  const auto angle = static_cast<float>(2 * std::numbers::pi * static_cast<double>(unit(b)));
  const float radius = std::sqrt(-2.0F * std::log(u));
  return {std::sin(angle) * radius, std::cos(angle) * radius};
}

void fill_uniform(std::int64_t seed, double low, double high, std::span<float> out) {
  const StatelessWords words(seed);
  const auto from = static_cast<float>(low);
  const auto range = static_cast<float>(high) - from;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto block = words.block(i / 4);
    out[i] = unit(block[i % 4]) * range + from;
  }
}

void fill_normal(std::int64_t seed, double mean, double deviation, std::span<float> out) {
  const StatelessWords words(seed);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto block = words.block(i / 4);
    const std::size_t pair = i % 4 / 2 * 2;
    out[i] =
        normal_pair(block[pair], block[pair + 1])[i % 2] * static_cast<float>(deviation) + static_cast<float>(mean);
  }
}

/// Each group of four takes the first four values below 2 of blocks of its own.
void fill_truncated(std::int64_t seed, double mean, double deviation, std::span<float> out) {
  const StatelessWords words(seed);
  for (std::size_t group = 0; group * 4 < out.size(); ++group) {
    std::uint64_t index = group * 256;
    std::size_t filled = group * 4;
    const std::size_t end = std::min(out.size(), filled + 4);
    while (filled < end) {
      const auto block = words.block(index++);
      for (std::size_t pair = 0; pair < 4; pair += 2) {
        for (const float z : normal_pair(block[pair], block[pair + 1])) {
          if (std::abs(z) < 2 && filled < end) {
            out[filled++] = z * static_cast<float>(deviation) + static_cast<float>(mean);
          }
        }
      }
    }
  }
}

struct Fans {
  double in;
  double out;
};

Fans fans_of(const Shape& shape) {
  if (shape.rank() == 0) return {1, 1};
  if (shape.rank() == 1) return {static_cast<double>(shape[0]), static_cast<double>(shape[0])};
  double receptive = 1;
  for (std::size_t axis = 0; axis + 2 < shape.rank(); ++axis) receptive *= static_cast<double>(shape[axis]);
  return {static_cast<double>(shape[shape.rank() - 2]) * receptive, static_cast<double>(shape.back()) * receptive};
}

/// Scale, mode and distribution of the named special cases of VarianceScaling.
struct Scaling {
  std::string_view class_name;
  double scale;
  std::string_view mode;
  std::string_view distribution;
};

constexpr Scaling kScalings[] = {
    {"GlorotUniform", 1, "fan_avg", "uniform"}, {"GlorotNormal", 1, "fan_avg", "truncated_normal"},
    {"HeUniform", 2, "fan_in", "uniform"},      {"HeNormal", 2, "fan_in", "truncated_normal"},
    {"LecunUniform", 1, "fan_in", "uniform"},   {"LecunNormal", 1, "fan_in", "truncated_normal"},
};

/// Class names, their names as strings, and Keras' default config.
struct Known {
  std::string_view class_name;
  std::string_view name;
  std::string_view config;
};

constexpr Known kKnown[] = {
    {"Zeros", "zeros", "{}"},
    {"Ones", "ones", "{}"},
    {"Constant", "constant", R"({"value": 0})"},
    {"GlorotUniform", "glorot_uniform", R"({"seed": null})"},
    {"GlorotNormal", "glorot_normal", R"({"seed": null})"},
    {"HeUniform", "he_uniform", R"({"seed": null})"},
    {"HeNormal", "he_normal", R"({"seed": null})"},
    {"LecunUniform", "lecun_uniform", R"({"seed": null})"},
    {"LecunNormal", "lecun_normal", R"({"seed": null})"},
    {"RandomUniform", "random_uniform", R"({"minval": -0.05, "maxval": 0.05, "seed": null})"},
    {"RandomNormal", "random_normal", R"({"mean": 0.0, "stddev": 0.05, "seed": null})"},
    {"TruncatedNormal", "truncated_normal", R"({"mean": 0.0, "stddev": 0.05, "seed": null})"},
    {"VarianceScaling", "variance_scaling",
     R"({"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal", "seed": null})"},
    {"Orthogonal", "orthogonal", R"({"gain": 1.0, "seed": null})"},
    {"Identity", "identity", R"({"gain": 1.0})"},
};

void fill_scaled(std::int64_t seed, double scale, std::string_view mode, std::string_view distribution,
                 const Shape& shape, std::span<float> out) {
  const auto [in, fan_out] = fans_of(shape);
  const double fan = mode == "fan_in" ? in : mode == "fan_out" ? fan_out : (in + fan_out) / 2;
  scale /= std::max(1.0, fan);
  if (distribution == "uniform") {
    const double limit = std::sqrt(3 * scale);
    fill_uniform(seed, -limit, limit, out);
  } else if (distribution == "untruncated_normal") {
    fill_normal(seed, 0, std::sqrt(scale), out);
  } else {
    // The standard deviation of a normal distribution cut off at 2.
    fill_truncated(seed, 0, std::sqrt(scale) / 0.87962566103423978, out);
  }
}

/// Columns at right angles (or rows, where there are fewer): the Q of a QR decomposition of normal numbers whose R has
/// a positive diagonal. Keras' decomposition has other last bits.
void fill_orthogonal(std::int64_t seed, double gain, const Shape& shape, std::span<float> out) {
  if (shape.rank() < 2) {
    fail(ErrorKind::invalid_argument, "Orthogonal needs a weight of two axes or more; this one is {}",
         to_string(shape));
  }
  const auto last = static_cast<std::size_t>(shape.back());
  const std::size_t front = out.size() / last;
  const std::size_t rows = std::max(front, last);
  const std::size_t columns = std::min(front, last);
  std::vector<float> normal(rows * columns);
  fill_normal(seed, 0, 1, normal);
  std::vector<double> q(normal.begin(), normal.end());
  for (std::size_t c = 0; c < columns; ++c) {
    // Gram and Schmidt; the second time removes what rounding left.
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t before = 0; before < c; ++before) {
        double product = 0;
        for (std::size_t r = 0; r < rows; ++r) product += q[r * columns + before] * q[r * columns + c];
        for (std::size_t r = 0; r < rows; ++r) q[r * columns + c] -= product * q[r * columns + before];
      }
    }
    double square = 0;
    for (std::size_t r = 0; r < rows; ++r) square += q[r * columns + c] * q[r * columns + c];
    for (std::size_t r = 0; r < rows; ++r) q[r * columns + c] /= std::sqrt(square);
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t row = front >= last ? i / last : i % last;
    const std::size_t column = front >= last ? i % last : i / last;
    out[i] = static_cast<float>(gain * q[row * columns + column]);
  }
}

void fill_identity(double gain, const Shape& shape, std::span<float> out) {
  if (shape.rank() != 2) {
    fail(ErrorKind::invalid_argument, "Identity needs a weight of two axes; this one is {}", to_string(shape));
  }
  for (std::int64_t i = 0; i < std::min(shape[0], shape[1]); ++i) {
    out[static_cast<std::size_t>(i * shape[1] + i)] = static_cast<float>(gain);
  }
}

}  // namespace

Json normalize_initializer(const Json& value) {
  const std::string name = value.is_string()   ? value.get<std::string>()
                           : value.is_object() ? value.value("class_name", "")
                                               : "";
  std::vector<std::string_view> names;
  for (const Known& known : kKnown) {
    names.push_back(known.name);
    const bool short_name = (name == "uniform" || name == "normal") && known.name == "random_" + name;
    if (name != known.name && name != known.class_name && !short_name) continue;
    Json config = Json::parse(known.config);
    if (value.is_object() && value.contains("config")) {
      for (const auto& [key, argument] : value.at("config").items()) {
        if (!config.contains(key)) {
          fail(ErrorKind::invalid_argument, "initializer {} has no argument '{}'", known.class_name, key);
        }
        config[key] = argument;
      }
    }
    return {{"module", "keras.initializers"},
            {"class_name", known.class_name},
            {"config", config},
            {"registered_name", nullptr}};
  }
  fail(ErrorKind::unsupported, "initializer {} is not supported; there are: {}", value.dump(), fmt::join(names, ", "));
}

Tensor draw_initial_values(const Json& initializer, const Shape& shape,
                           const std::function<std::int64_t()>& next_seed) {
  Tensor tensor(DType::float32, shape);
  const std::span<float> out = tensor.as<float>();
  const auto class_name = initializer.at("class_name").get<std::string>();
  const Json& config = initializer.at("config");
  if (class_name == "Zeros") return tensor;
  if (class_name == "Ones" || class_name == "Constant") {
    std::ranges::fill(out, class_name == "Ones" ? 1.0F : config.at("value").get<float>());
    return tensor;
  }
  if (class_name == "Identity") {
    fill_identity(config.at("gain"), shape, out);
    return tensor;
  }
  const std::int64_t seed = config.at("seed").is_null() ? next_seed() : config.at("seed").get<std::int64_t>();
  for (const Scaling& scaling : kScalings) {
    if (scaling.class_name == class_name) {
      fill_scaled(seed, scaling.scale, scaling.mode, scaling.distribution, shape, out);
      return tensor;
    }
  }
  if (class_name == "Orthogonal") {
    fill_orthogonal(seed, config.at("gain"), shape, out);
  } else if (class_name == "RandomUniform") {
    fill_uniform(seed, config.at("minval"), config.at("maxval"), out);
  } else if (class_name == "RandomNormal") {
    fill_normal(seed, config.at("mean"), config.at("stddev"), out);
  } else if (class_name == "TruncatedNormal") {
    fill_truncated(seed, config.at("mean"), config.at("stddev"), out);
  } else {
    fill_scaled(seed, config.at("scale"), config.at("mode").get<std::string>(),
                config.at("distribution").get<std::string>(), shape, out);
  }
  return tensor;
}

}  // namespace mltk::keras
