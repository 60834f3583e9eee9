#include "cli/archive.h"

#include <zip.h>

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "cli/command.h"
#include "tflite/reader.h"

namespace mltk::cli {
namespace {

std::vector<std::uint8_t> read_tflite_member(const std::string& archive) {
  int code = 0;
  const std::unique_ptr<zip_t, void (*)(zip_t*)> zip(zip_open(archive.c_str(), ZIP_RDONLY, &code), zip_discard);
  if (zip == nullptr) {
    fail(ErrorKind::io, "{}: {}", archive,
         std::filesystem::exists(archive) ? "is not a readable zip archive" : "no such file");
  }
  const zip_int64_t count = zip_get_num_entries(zip.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const std::string name = zip_get_name(zip.get(), static_cast<zip_uint64_t>(i), 0);
    if (!name.ends_with(".tflite") || name.find('/') != std::string::npos ||
        name.find(".float32.") != std::string::npos)
      continue;
    zip_stat_t about;
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
        zip_fopen_index(zip.get(), static_cast<zip_uint64_t>(i), 0), zip_fclose);
    constexpr zip_uint64_t kMost = zip_uint64_t{1} << 30U;
    if (file == nullptr || zip_stat_index(zip.get(), static_cast<zip_uint64_t>(i), 0, &about) != 0 ||
        about.size > kMost) {
      fail(ErrorKind::invalid_model, "{}: its member {} cannot be read", archive, name);
    }
    std::vector<std::uint8_t> bytes(about.size);
    if (zip_fread(file.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size())) {
      fail(ErrorKind::invalid_model, "{}: its member {} is damaged", archive, name);
    }
    return bytes;
  }
  fail(ErrorKind::invalid_model, "{}: holds no .tflite; make one with `mltk quantize`", archive);
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
