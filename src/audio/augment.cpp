#include "audio/augment.h"

namespace mltk::audio {
namespace {

/// Streams of random numbers: what is drawn, and the noise of what is applied.
constexpr std::uint32_t kDraw = 0;
constexpr std::uint32_t kApply = 0x100;

Rng stream(std::uint64_t seed, std::int64_t epoch, std::int64_t sample, std::uint32_t kind, std::size_t change) {
  return Rng(seed, static_cast<std::uint32_t>(epoch), static_cast<std::uint32_t>(sample),
             kind + static_cast<std::uint32_t>(change));
}

}  // namespace

Transform draw_transform(const AugmentSettings& settings, std::uint64_t seed, std::int64_t epoch, std::int64_t sample) {
  Transform transform;
  const auto table = augment_table();
  for (std::size_t i = 0; i < table.size(); ++i) {
    Rng rng = stream(seed, epoch, sample, kDraw, i);
    table[i]->draw(transform, settings, rng);
  }
  return transform;
}

void apply_transform(Clip& clip, const Transform& transform, const AugmentSettings& settings, std::uint64_t seed,
                     std::int64_t epoch, std::int64_t sample) {
  const auto table = augment_table();
  for (std::size_t i = 0; i < table.size(); ++i) {
    Rng rng = stream(seed, epoch, sample, kApply, i);
    table[i]->apply(clip, transform, settings, rng);
  }
}

}  // namespace mltk::audio
