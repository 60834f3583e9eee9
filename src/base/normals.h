#pragma once

#include <span>

#include "base/philox.h"

namespace mltk {

/// Fill with independent standard normal numbers, of magnitudes up to 5.8, on the vectors of the machine; the same
/// bytes on every instruction set. They follow from the state of `rng`, which goes on behind the words that were taken.
/// Source: Box and Muller 1958, "A note on the generation of random normal deviates".
void fill_normal(Rng& rng, std::span<float> to);

}  // namespace mltk
