// Any bytes as each format of pictures.

#include "base/error.h"
#include "data/format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const mltk::FormatDef* format : mltk::format_table()) {
    try {
      (void)format->decode({data, size});
    } catch (const mltk::Error&) {
    }
  }
  return 0;
}
