// Compiled as a device's compiler would: C++17, no exceptions, no run-time types. Building it is the test.
#include "audio/fft.h"
#include "audio/frontend.h"
#include "audio/quantize.h"

mltk::audio::Pushed push(const mltk::audio::FrontendConstants& constants, mltk::audio::FrontendState& state,
                         const std::int16_t* samples, int count, std::uint16_t* features, std::int8_t* codes) {
  const mltk::audio::Pushed pushed = mltk::audio::push_samples(constants, state, samples, count, features);
  const auto channels = static_cast<std::size_t>(constants.channels);
  if (pushed.complete) mltk::audio::quantize_static(features, channels, codes);
  return pushed;
}
