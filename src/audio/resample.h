#pragma once

#include <span>
#include <vector>

namespace mltk::audio {

/// Change the sampling rate; ceil(n * to / from) samples. Band-limited: frequencies up to 0.9 of the lower of the two
/// Nyquist frequencies are kept.
///
/// Throws Error(invalid_argument) when a rate is not positive or one is more than 256 times the other.
std::vector<float> resample(std::span<const float> samples, double from_hz, double to_hz);

}  // namespace mltk::audio
