#include "data/format.h"

#include <algorithm>
#include <cctype>

#include "base/file.h"

namespace mltk {

Tensor read_picture(const std::filesystem::path& path) {
  std::string suffix = path.extension().string();
  if (!suffix.empty()) suffix.erase(0, 1);
  std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const FormatDef* format : format_table()) {
    if (std::ranges::find(format->suffixes, suffix) == format->suffixes.end()) continue;
    const auto bytes = read_file(path);
    try {
      return format->decode(bytes);
    } catch (const Error& error) {
      fail(ErrorKind::invalid_data, "{}: not a readable {} picture: {}", path.string(), format->name, error.message());
    }
  }
  fail(ErrorKind::unsupported, "{}: files of kind '{}' are not read", path.string(), suffix);
}

void write_png(const std::filesystem::path& path, const Tensor& picture) { write_file(path, encode_png(picture)); }

}  // namespace mltk
