// TIFF, by libtiff.

#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "data/format.h"

namespace mltk {
namespace {

constexpr std::string_view kSuffixes[] = {"tif", "tiff"};
constexpr std::string_view kSignatures[] = {std::string_view("II*\0", 4), std::string_view("MM\0*", 4)};

/// The bytes that libtiff reads, and what it said first.
struct Memory {
  std::span<const std::uint8_t> bytes;
  std::uint64_t at = 0;
  std::string message;
  bool cut_off = false;
};

Memory& memory(thandle_t handle) { return *static_cast<Memory*>(handle); }

tmsize_t read_bytes(thandle_t handle, void* to, tmsize_t size) {
  Memory& from = memory(handle);
  const std::uint64_t left = from.at < from.bytes.size() ? from.bytes.size() - from.at : 0;
  const auto count = std::min<std::uint64_t>(left, static_cast<std::uint64_t>(size));
  if (count > 0) std::memcpy(to, from.bytes.data() + from.at, count);
  from.at += count;
  return static_cast<tmsize_t>(count);
}
tmsize_t write_bytes(thandle_t /*handle*/, void* /*from*/, tmsize_t /*size*/) { return 0; }
toff_t seek(thandle_t handle, toff_t offset, int whence) {
  Memory& in = memory(handle);
  in.at = whence == SEEK_SET ? offset : whence == SEEK_CUR ? in.at + offset : in.bytes.size() + offset;
  return in.at;
}
int close_bytes(thandle_t /*handle*/) { return 0; }
toff_t size_of_bytes(thandle_t handle) { return memory(handle).bytes.size(); }

int on_error(TIFF* /*file*/, void* data, const char* /*module*/, const char* format, va_list arguments) {
  auto& message = static_cast<Memory*>(data)->message;
  char text[256];
  std::vsnprintf(text, sizeof(text), format, arguments);
  if (message.empty()) message = text;
  return 1;
}
/// Only a tag that the file is too short for matters: libtiff would go on without it, with a palette as grey for one.
int on_warning(TIFF* file, void* data, const char* module, const char* format, va_list arguments) {
  if (!std::string_view(format).starts_with("IO error")) return 1;
  static_cast<Memory*>(data)->cut_off = true;
  return on_error(file, data, module, format, arguments);
}

struct Close {
  void operator()(TIFF* file) const { TIFFClose(file); }
};
using File = std::unique_ptr<TIFF, Close>;

File open(Memory& from) {
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &from);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, &from);
  return File(TIFFClientOpenExt("picture", "rm", &from, read_bytes, write_bytes, seek, close_bytes, size_of_bytes,
                                nullptr, nullptr, options.get()));
}

[[noreturn]] void fail_damaged(const Memory& from) {
  fail(ErrorKind::invalid_data, "{} (truncated or damaged; {} bytes)",
       from.message.empty() ? "it cannot be read" : from.message, from.bytes.size());
}

template <class T>
T tag(TIFF* file, std::uint32_t name) {
  T value = 0;
  TIFFGetFieldDefaulted(file, name, &value);
  return value;
}

/// Samples of 8 bits that stand in the file as they are wanted.
bool is_plain(TIFF* file, std::uint16_t channels) {
  const auto meaning = tag<std::uint16_t>(file, TIFFTAG_PHOTOMETRIC);
  const bool grey = meaning == PHOTOMETRIC_MINISBLACK && (channels == 1 || channels == 2);
  const bool colour = meaning == PHOTOMETRIC_RGB && (channels == 3 || channels == 4);
  return (grey || colour) && tag<std::uint16_t>(file, TIFFTAG_BITSPERSAMPLE) == 8 &&
         tag<std::uint16_t>(file, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_CONTIG && TIFFIsTiled(file) == 0;
}

Tensor read_plain(TIFF* file, const Memory& from, std::int64_t height, std::int64_t width, std::uint16_t channels) {
  Tensor picture(DType::uint8, {height, width, channels});
  const auto row_bytes = static_cast<std::size_t>(width) * channels;
  if (TIFFScanlineSize64(file) != row_bytes) fail_damaged(from);
  for (std::int64_t y = 0; y < height; ++y) {
    std::uint8_t* row = picture.bytes().data() + static_cast<std::size_t>(y) * row_bytes;
    if (TIFFReadScanline(file, row, static_cast<std::uint32_t>(y), 0) != 1) fail_damaged(from);
  }
  return picture;
}

/// All others: palettes, 1, 2, 4 or 16 bits, tiles, CMYK, YCbCr.
Tensor read_converted(TIFF* file, const Memory& from, std::int64_t height, std::int64_t width) {
  std::vector<std::uint32_t> raster(static_cast<std::size_t>(height * width));
  if (TIFFReadRGBAImageOriented(file, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height),
                                raster.data(), ORIENTATION_TOPLEFT, 1) != 1) {
    fail_damaged(from);
  }
  Tensor picture(DType::uint8, {height, width, 3});
  std::uint8_t* to = picture.bytes().data();
  for (const std::uint32_t pixel : raster) {
    *to++ = TIFFGetR(pixel);
    *to++ = TIFFGetG(pixel);
    *to++ = TIFFGetB(pixel);
  }
  return picture;
}

Tensor decode(std::span<const std::uint8_t> bytes) {
  Memory from{.bytes = bytes};
  const File file = open(from);
  if (!file || from.cut_off) fail_damaged(from);
  const auto width = tag<std::uint32_t>(file.get(), TIFFTAG_IMAGEWIDTH);
  const auto height = tag<std::uint32_t>(file.get(), TIFFTAG_IMAGELENGTH);
  check_picture_size(height, width);
  const auto channels = tag<std::uint16_t>(file.get(), TIFFTAG_SAMPLESPERPIXEL);
  if (is_plain(file.get(), channels)) return read_plain(file.get(), from, height, width, channels);
  const bool colours = tag<std::uint16_t>(file.get(), TIFFTAG_PHOTOMETRIC) != PHOTOMETRIC_SEPARATED;
  if (channels == 4 && colours) {
    fail(ErrorKind::unsupported,
         "alpha in tiles, planes or samples of 16 bits is not read; save it with 8 bits in strips");
  }
  return read_converted(file.get(), from, height, width);
}

}  // namespace

extern const FormatDef tiff_def;
const FormatDef tiff_def = {"TIFF", kSuffixes, kSignatures, decode};

}  // namespace mltk
