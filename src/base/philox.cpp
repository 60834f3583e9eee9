#include "base/philox.h"

#include <cmath>
#include <numbers>

namespace mltk {

std::array<std::uint32_t, 4> philox_block(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    k[0] += 0x9E3779B9;
    k[1] += 0xBB67AE85;
  }
  return c;
}

StatelessWords::StatelessWords(std::int64_t first, std::int64_t second) {
  const auto low = [](std::int64_t seed) { return static_cast<std::uint32_t>(static_cast<std::uint64_t>(seed)); };
  const auto high = [](std::int64_t seed) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(seed) >> 32);
  };
  const auto mixed = philox_block({low(first), high(first), low(second), high(second)}, {0x3EC8F720, 0x02461E29});
  key_ = {mixed[0], mixed[1]};
  start_ = {mixed[2], mixed[3]};
}

std::array<std::uint32_t, 4> StatelessWords::block(std::uint64_t index) const {
  return philox_block(
      {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), start_[0], start_[1]}, key_);
}

std::uint32_t Rng::next() {
  if (left_ == 0) {
    block_ = philox_block(counter_, key_);
    ++counter_[0];
    left_ = 4;
  }
  return block_[4 - left_--];
}

double Rng::uniform(double low, double high) {
  const std::uint64_t bits = (std::uint64_t{next()} << 32 | next()) >> 11;
  return low + (high - low) * (static_cast<double>(bits) * 0x1p-53);
}

std::uint32_t Rng::below(std::uint32_t bound) {
  // Lemire 2019: reject the few values that would make some results more likely.
  std::uint64_t product = std::uint64_t{next()} * bound;
  if (static_cast<std::uint32_t>(product) < bound) {
    const std::uint32_t threshold = -bound % bound;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{next()} * bound;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

double Rng::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform(0.0, 1.0)));
  return radius * std::cos(2.0 * std::numbers::pi * uniform(0.0, 1.0));
}

}  // namespace mltk
