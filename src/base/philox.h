#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace mltk {

/// One block of Philox 4x32-10: four words that depend on (counter, key) alone.
/// Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
std::array<std::uint32_t, 4> philox_block(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// TensorFlow's stream of words for the seed pair of a stateless function.
class StatelessWords {
 public:
  explicit StatelessWords(std::int64_t first, std::int64_t second = 0);

  /// Words 4 * index and the three behind it.
  std::array<std::uint32_t, 4> block(std::uint64_t index) const;

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 2> start_;
};

/// A stream of random numbers that is a pure function of (seed, a, b, c): for instance the seed of a run, the
/// epoch, the sample and the operation. Two streams with different arguments are independent, so a result never
/// depends on which thread drew first.
class Rng {
 public:
  explicit Rng(std::uint64_t seed, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}, counter_{0, a, b, c} {}

  std::uint32_t next();
  // A uniform random bit generator of the standard library.
  using result_type = std::uint32_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xFFFFFFFF; }
  result_type operator()() { return next(); }
  /// Uniform in [0, 1), 24 bits.
  float uniform() { return static_cast<float>(next() >> 8) * 0x1p-24F; }
  /// Uniform in [low, high).
  double uniform(double low, double high);
  /// Uniform integer in [0, bound), bound > 0, without modulo bias.
  std::uint32_t below(std::uint32_t bound);
  /// Standard normal (Box-Muller).
  double normal();

 private:
  friend void fill_normal(Rng& rng, std::span<float> to);  // takes whole blocks

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int left_ = 0;
};

}  // namespace mltk
