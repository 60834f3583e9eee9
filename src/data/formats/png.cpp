#include <png.h>

#include <algorithm>

#include "data/format.h"

namespace mltk {
namespace {

constexpr std::string_view kSuffixes[] = {"png"};
/// Largest picture that is decoded: keeps a forged header from asking for all memory.
constexpr std::uint64_t kMostPixels = 100'000'000;

/// libpng's simplified reader and writer.
class Png {
 public:
  Png() { image_.version = PNG_IMAGE_VERSION; }
  ~Png() { png_image_free(&image_); }
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;
  png_image& operator*() { return image_; }
  png_image* operator->() { return &image_; }

 private:
  png_image image_{};
};

/// The file without the chunks that tell its colour space: the simplified reader would convert samples to sRGB, Pillow
/// gives them as they are.
std::vector<std::uint8_t> without_colour_space(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kTypes[] = {"gAMA", "cHRM", "sRGB", "iCCP"};
  constexpr std::size_t kSignature = 8;
  constexpr std::size_t kAround = 12;  // a chunk: length, type, data, checksum
  std::size_t at = std::min(kSignature, bytes.size());
  std::vector<std::uint8_t> kept(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  while (at < bytes.size()) {
    std::span<const std::uint8_t> chunk = bytes.subspan(at);
    std::string_view type;
    if (chunk.size() >= kAround) {
      const std::size_t length = png_get_uint_32(chunk.data());
      type = {reinterpret_cast<const char*>(chunk.data()) + 4, 4};
      chunk = chunk.first(std::min(chunk.size(), length + kAround));
    }
    if (std::ranges::find(kTypes, type) == std::end(kTypes)) kept.insert(kept.end(), chunk.begin(), chunk.end());
    at += chunk.size();
  }
  return kept;
}

Tensor decode(std::span<const std::uint8_t> bytes) {
  const std::vector<std::uint8_t> file = without_colour_space(bytes);
  Png png;
  if (png_image_begin_read_from_memory(&*png, file.data(), file.size()) == 0) {
    fail(ErrorKind::invalid_data, "{} ({} bytes)", png->message, bytes.size());
  }
  if (std::uint64_t{png->width} * png->height > kMostPixels) {
    fail(ErrorKind::invalid_data, "its header says {}x{} pixels", png->width, png->height);
  }
  // 8 bits a sample, colour and alpha as the file has them; 16 bits are scaled, not taken for linear light.
  png->flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  png->format &= PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA;
  const std::int64_t channels = PNG_IMAGE_SAMPLE_CHANNELS(png->format);
  Tensor picture(DType::uint8, {png->height, png->width, channels});
  if (png_image_finish_read(&*png, nullptr, picture.bytes().data(), 0, nullptr) == 0) {
    fail(ErrorKind::invalid_data, "{} (truncated or damaged; {} bytes)", png->message, bytes.size());
  }
  return picture;
}

}  // namespace

extern const FormatDef png_def;
const FormatDef png_def = {"PNG", kSuffixes, decode};

std::vector<std::uint8_t> encode_png(const Tensor& picture) {
  const Shape& shape = picture.shape();
  MLTK_ASSERT(shape.rank() == 3 && picture.dtype() == DType::uint8);
  if (shape[2] != 1 && shape[2] != 3 && shape[2] != 4) {
    fail(ErrorKind::invalid_argument, "a PNG picture of {} channels cannot be written, expected 1, 3 or 4", shape[2]);
  }
  Png png;
  png->height = static_cast<png_uint_32>(shape[0]);
  png->width = static_cast<png_uint_32>(shape[1]);
  png->format = shape[2] == 1 ? PNG_FORMAT_GRAY : shape[2] == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_RGBA;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(*png);
  std::vector<std::uint8_t> bytes(size);
  if (png_image_write_to_memory(&*png, bytes.data(), &size, 0, picture.bytes().data(), 0, nullptr) == 0) {
    fail(ErrorKind::internal, "PNG: {}", png->message);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace mltk
