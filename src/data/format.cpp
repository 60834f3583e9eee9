#include "data/format.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/file.h"

namespace mltk {
namespace {

std::string suffix_of(const std::filesystem::path& path) {
  std::string suffix = path.extension().string();
  if (!suffix.empty()) suffix.erase(0, 1);
  std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return std::tolower(c); });
  return suffix;
}

const FormatDef* format_of_suffix(std::string_view suffix) {
  for (const FormatDef* format : format_table()) {
    if (std::ranges::find(format->suffixes, suffix) != format->suffixes.end()) return format;
  }
  return nullptr;
}

const FormatDef* format_of_bytes(std::string_view bytes) {
  const auto table = format_table();
  const auto found = std::ranges::find_if(table, [&](const FormatDef* format) {
    return std::ranges::any_of(format->signatures,
                               [&](std::string_view signature) { return bytes.starts_with(signature); });
  });
  return found == table.end() ? nullptr : *found;
}

}  // namespace

Tensor read_picture(const std::filesystem::path& path) { return decode_picture(path, read_file(path)); }

Tensor decode_picture(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  const FormatDef* format = format_of_bytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (format == nullptr) {
    const std::string suffix = suffix_of(path);
    std::vector<std::string_view> names;
    for (const FormatDef* known : format_table()) names.push_back(known->name);
    const std::string known = fmt::format("{}", fmt::join(names, ", "));
    if (format_of_suffix(suffix) == nullptr) {
      fail(ErrorKind::unsupported, "{}: files of kind '{}' are not read; convert it to one of {}", path.string(),
           suffix, known);
    }
    fail(ErrorKind::invalid_data, "{}: not a picture: its {} bytes begin as none of {}", path.string(), bytes.size(),
         known);
  }
  try {
    return format->decode(bytes);
  } catch (const Error& error) {
    fail(ErrorKind::invalid_data, "{}: not a readable {} picture: {}", path.string(), format->name, error.message());
  }
}

bool begins_as_picture(const std::filesystem::path& path) {
  if (format_of_suffix(suffix_of(path)) == nullptr) return true;
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(ErrorKind::io, "{}: cannot be opened: {}", path.string(), std::strerror(errno));
  char start[16] = {};
  file.read(start, sizeof(start));
  return format_of_bytes({start, static_cast<std::size_t>(file.gcount())}) != nullptr;
}

void check_picture_size(std::uint64_t height, std::uint64_t width) {
  constexpr std::uint64_t kMostPixels = 100'000'000;
  if (height == 0 || width == 0 || height > kMostPixels / width) {
    fail(ErrorKind::invalid_data, "its header says {}x{} pixels, expected 1 to {} in all", width, height, kMostPixels);
  }
}

void write_png(const std::filesystem::path& path, const Tensor& picture) { write_file(path, encode_png(picture)); }

}  // namespace mltk
