#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace mltk::audio {

/// (first, last) of the samples without the silence before and after: frames of 2048 samples, 512 apart, that are at
/// least `threshold_db` quieter than the loudest. All of a sound that is silent.
/// Source: librosa 0.10, `librosa.effects.trim`.
std::pair<std::size_t, std::size_t> trimmed_range(std::span<const float> samples, double threshold_db);

/// `length` samples: a piece of a longer sound, or a shorter one between zeros. `offset` in [0, 1] says how much of
/// what is cut off or added lies before.
std::vector<float> fit_length(std::span<const float> samples, std::size_t length, double offset);

}  // namespace mltk::audio
