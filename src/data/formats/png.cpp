#include <png.h>

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

Tensor decode(std::span<const std::uint8_t> bytes) {
  Png png;
  if (png_image_begin_read_from_memory(&*png, bytes.data(), bytes.size()) == 0) {
    fail(ErrorKind::invalid_data, "{} ({} bytes)", png->message, bytes.size());
  }
  if (std::uint64_t{png->width} * png->height > kMostPixels) {
    fail(ErrorKind::invalid_data, "its header says {}x{} pixels", png->width, png->height);
  }
  // 8 bits a sample, colour and alpha as the file has them.
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
