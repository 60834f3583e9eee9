// Any bytes as a .tflite: reading, checking of all operators, arena and profile.

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "interpreter/profile.h"
#include "tflite/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto report = mltk::profile(mltk::tflite::read_model({data, size}), "fuzz", static_cast<std::int64_t>(size));
    (void)mltk::to_text(report);
    (void)mltk::to_json(report);
  } catch (const mltk::Error&) {
  }
  return 0;
}
