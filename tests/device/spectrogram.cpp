// Streams a sound through the feature generator on the device and compares with what the host computed.

#include "spectrogram.h"

#include "device.h"

namespace {

using namespace mltk::audio;

// Memory of the frontend, as a device would give it.
std::int16_t samples[spectrogram::kWindow];
std::int16_t windowed[spectrogram::kWindow];
Complex16 spectrum[spectrogram::kFftLength / 2 + 1];
std::uint32_t signal[spectrogram::kChannels];
std::uint32_t estimate[spectrogram::kChannels];
std::uint16_t frame[spectrogram::kChannels];

}  // namespace

extern "C" [[noreturn]] void reset() {
  FrontendState state;
  state.samples = samples;
  state.windowed = windowed;
  state.spectrum = spectrum;
  state.signal = signal;
  state.estimate = estimate;
  mltk::audio::reset(spectrogram::kConstants, state);
  int frames = 0;
  for (int at = 0; at < spectrogram::kSoundLength;) {
    const Pushed pushed =
        push_samples(spectrogram::kConstants, state, spectrogram::kSound + at, spectrogram::kSoundLength - at, frame);
    at += pushed.consumed;
    if (!pushed.complete) continue;
    if (!device::equal(frame, spectrogram::kFrames[frames], spectrogram::kChannels))
      device::finish("a frame differs from the host's\n");
    ++frames;
  }
  if (state.tripped != spectrogram::kActivity) device::finish("the activity differs from the host's\n");
  device::finish(frames == spectrogram::kFrameCount ? "all frames equal\n" : "frames are missing\n");
}
