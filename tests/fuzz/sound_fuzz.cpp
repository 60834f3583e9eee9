// Any bytes as a sound file.

#include "audio/sound_file.h"
#include "base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    (void)mltk::audio::decode_sound({data, size}, "fuzz");
  } catch (const mltk::Error&) {
  }
  return 0;
}
