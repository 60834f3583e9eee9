#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace mltk::audio {

/// A sound of one channel; full scale is -1 to 1.
struct Clip {
  std::vector<float> samples;
  std::int64_t rate_hz = 16000;
};

/// Read a WAV, FLAC or Ogg file, told by its contents; the first channel of several. 16-bit samples become
/// value / 32768.
///
/// Throws Error(invalid_data) that names the file and says what is wrong (empty, cut off, not a sound, a sample that is
/// not a number), Error(io) when it cannot be read.
Clip read_sound_file(const std::filesystem::path& path);

/// The same of the bytes of a file, which `path` names in messages.
Clip decode_sound(std::span<const std::uint8_t> bytes, const std::filesystem::path& path);

/// Write a 16-bit WAV file of one channel; values beyond full scale are clipped.
void write_wav_file(const std::filesystem::path& path, const Clip& clip);

}  // namespace mltk::audio
