#include "audio/sound_file.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/file.h"

namespace mltk::audio {
namespace {

constexpr std::string_view kSignatures[] = {"RIFF", "RIFX", "RF64", "fLaC", "OggS"};
/// Samples that a file may have: a forged header could ask for all memory.
constexpr std::size_t kMostSamples = 500'000'000;

bool is_sound(std::string_view start) {
  return std::ranges::any_of(kSignatures, [&](std::string_view signature) { return start.starts_with(signature); });
}

/// A file in memory, as libsndfile reads it.
struct MemoryFile {
  std::span<const std::uint8_t> bytes;
  sf_count_t position = 0;

  static sf_count_t size(void* file) { return std::ssize(static_cast<MemoryFile*>(file)->bytes); }
  static sf_count_t tell(void* file) { return static_cast<MemoryFile*>(file)->position; }
  static sf_count_t seek(sf_count_t offset, int whence, void* file) {
    MemoryFile& self = *static_cast<MemoryFile*>(file);
    const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? self.position : size(file);
    self.position = std::clamp(from + offset, sf_count_t{0}, size(file));
    return self.position;
  }
  static sf_count_t read(void* to, sf_count_t count, void* file) {
    MemoryFile& self = *static_cast<MemoryFile*>(file);
    const sf_count_t taken = std::clamp(count, sf_count_t{0}, size(file) - self.position);
    std::memcpy(to, self.bytes.data() + self.position, static_cast<std::size_t>(taken));
    self.position += taken;
    return taken;
  }
  static sf_count_t write(const void*, sf_count_t, void*) { return 0; }
};

using SoundFile = std::unique_ptr<SNDFILE, decltype(&sf_close)>;

std::uint32_t u32(std::span<const std::uint8_t> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8U | bytes[at + i];
  return value;
}

/// libsndfile reads what is there of a WAV file that was cut off, and does not tell.
void check_wav_is_whole(std::span<const std::uint8_t> bytes) {
  constexpr std::uint32_t kSizeUnknown = 0xFFFFFFFF;  // written by a recorder that cannot seek
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with("RIFF")) return;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::uint32_t size = u32(bytes, at + 4);
    const std::size_t left = bytes.size() - at - 8;
    if (text.substr(at, 4) == "data") {
      if (size > left && size != kSizeUnknown)
        fail(ErrorKind::invalid_data, "it is cut off: its header says {} bytes of samples, it has {}", size, left);
      return;
    }
    at += 8 + std::size_t{size} + size % 2;
  }
  fail(ErrorKind::invalid_data, "it is cut off: it has {} bytes and no samples", bytes.size());
}

std::vector<float> read_first_channel(SNDFILE* file, const SF_INFO& info) {
  constexpr sf_count_t kBlock = 16384;
  const auto channels = static_cast<std::size_t>(info.channels);
  std::vector<float> block(static_cast<std::size_t>(kBlock) * channels);
  std::vector<float> samples;
  for (;;) {
    const auto frames = static_cast<std::size_t>(sf_readf_float(file, block.data(), kBlock));
    if (frames == 0) return samples;
    if (samples.size() + frames > kMostSamples)
      fail(ErrorKind::unsupported, "it has more than {} samples; cut it into pieces", kMostSamples);
    for (std::size_t i = 0; i < frames; ++i) samples.push_back(block[i * channels]);
  }
}

Clip decode(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) fail(ErrorKind::invalid_data, "it is empty (0 bytes)");
  if (!is_sound({reinterpret_cast<const char*>(bytes.data()), bytes.size()})) {
    fail(ErrorKind::invalid_data, "not a sound: its {} bytes begin as none of WAV, FLAC, Ogg", bytes.size());
  }
  check_wav_is_whole(bytes);
  MemoryFile memory{bytes};
  SF_VIRTUAL_IO io{&MemoryFile::size, &MemoryFile::seek, &MemoryFile::read, &MemoryFile::write, &MemoryFile::tell};
  SF_INFO info{};
  const SoundFile file(sf_open_virtual(&io, SFM_READ, &info, &memory), &sf_close);
  if (file == nullptr) fail(ErrorKind::invalid_data, "{}", sf_strerror(nullptr));
  if (info.channels < 1 || info.samplerate < 1)
    fail(ErrorKind::invalid_data, "its header says {} channels at {} Hz", info.channels, info.samplerate);

  Clip clip{.samples = read_first_channel(file.get(), info), .rate_hz = info.samplerate};
  if (clip.samples.empty()) fail(ErrorKind::invalid_data, "it has no samples");
  if (std::cmp_less(clip.samples.size(), info.frames)) {
    fail(ErrorKind::invalid_data, "it is cut off: its header says {} samples, it has {}", info.frames,
         clip.samples.size());
  }
  const auto bad = std::ranges::find_if(clip.samples, [](float value) { return !std::isfinite(value); });
  if (bad != clip.samples.end()) {
    fail(ErrorKind::invalid_data, "sample {} is {}, expected a number", bad - clip.samples.begin(), *bad);
  }
  return clip;
}

}  // namespace

Clip decode_sound(std::span<const std::uint8_t> bytes, const std::filesystem::path& path) {
  try {
    return decode(bytes);
  } catch (const Error& error) {
    fail(error.kind(), "{}: not a readable sound file: {}", path.string(), error.message());
  }
}

Clip read_sound_file(const std::filesystem::path& path) { return decode_sound(read_file(path), path); }

void write_wav_file(const std::filesystem::path& path, const Clip& clip) {
  if (clip.rate_hz < 1) fail(ErrorKind::invalid_argument, "{}: a rate of {} Hz", path.string(), clip.rate_hz);
  const auto data_bytes = static_cast<std::uint32_t>(clip.samples.size() * 2);
  const auto rate = static_cast<std::uint32_t>(clip.rate_hz);
  std::vector<std::uint8_t> bytes;
  const auto text = [&](std::string_view value) { bytes.insert(bytes.end(), value.begin(), value.end()); };
  const auto number = [&](std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  text("RIFF");
  number(36 + data_bytes, 4);
  text("WAVEfmt ");
  number(16, 4);  // bytes of this chunk
  number(1, 2);   // PCM
  number(1, 2);   // channels
  number(rate, 4);
  number(rate * 2, 4);  // bytes a second
  number(2, 2);         // bytes a frame
  number(16, 2);        // bits a sample
  text("data");
  number(data_bytes, 4);
  for (const float sample : clip.samples) {
    const float value = std::clamp(std::nearbyint(sample * 32768.0F), -32768.0F, 32767.0F);
    number(static_cast<std::uint16_t>(static_cast<std::int16_t>(value)), 2);
  }
  write_file(path, bytes);
}

}  // namespace mltk::audio
