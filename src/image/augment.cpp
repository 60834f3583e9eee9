#include "image/augment.h"

namespace mltk::image {

void augment(Tensor& picture, const AugmentSettings& settings, std::uint64_t seed, std::int64_t epoch,
             std::int64_t sample) {
  const auto table = augment_table();
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!table[i]->enabled(settings)) continue;
    if (picture.shape().rank() != 3) {
      fail(ErrorKind::invalid_data, "augmentation '{}' needs a picture [height, width, channels], this one is {}",
           table[i]->name, to_string(picture.shape()));
    }
    Rng rng(seed, static_cast<std::uint32_t>(epoch), static_cast<std::uint32_t>(sample), static_cast<std::uint32_t>(i));
    table[i]->apply(picture, settings, rng);
  }
}

}  // namespace mltk::image
