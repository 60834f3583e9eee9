#include "cli/archive.h"

#include "base/error.h"
#include "base/file.h"
#include "base/zip.h"
#include "cli/command.h"
#include "tflite/reader.h"

namespace mltk::cli {
namespace {

std::vector<std::uint8_t> read_tflite_member(const std::string& path) {
  const ZipReader archive(path);
  for (const std::string& name : archive.names()) {
    if (name.ends_with(".tflite") && name.find('/') == std::string::npos &&
        name.find(".float32.") == std::string::npos) {
      return archive.read(name);
    }
  }
  fail(ErrorKind::invalid_model, "{}: holds no .tflite; make one with `mltk quantize`", path);
}

}  // namespace

TfliteFile read_tflite(const std::string& path) {
  const auto bytes = kind_of(path) == ModelKind::archive ? read_tflite_member(path) : read_file(path);
  try {
    return {.model = tflite::read_model(bytes), .bytes = static_cast<std::int64_t>(bytes.size())};
  } catch (Error& error) {
    error.add_note("while reading " + path);
    throw;
  }
}

}  // namespace mltk::cli
