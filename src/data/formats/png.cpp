#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>

#include "data/format.h"

namespace mltk {
namespace {

constexpr std::string_view kSuffixes[] = {"png"};
constexpr std::string_view kSignatures[] = {"\x89PNG\r\n\x1A\n"};

/// A PNG file that is being read. libpng reports errors by a jump out of the library, so everything that owns memory
/// lives here, outside of the function that is jumped back to.
///
/// Not libpng's simplified interface: that one applies the file's gamma, which Pillow does not.
class PngReader {
 public:
  explicit PngReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    MLTK_ASSERT(png_ != nullptr);
    info_ = png_create_info_struct(png_);
    MLTK_ASSERT(info_ != nullptr);
    png_set_read_fn(png_, this, on_read);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  Tensor read() {
    if (!read_info()) fail(ErrorKind::invalid_data, "{}", message_);
    const std::int64_t height = png_get_image_height(png_, info_);
    check_picture_size(static_cast<std::uint64_t>(height), png_get_image_width(png_, info_));
    picture_ = Tensor(DType::uint8, {height, png_get_image_width(png_, info_), png_get_channels(png_, info_)});
    const std::size_t row_bytes = picture_.bytes().size() / static_cast<std::size_t>(height);
    for (std::int64_t y = 0; y < height; ++y) {
      rows_.push_back(picture_.bytes().data() + static_cast<std::size_t>(y) * row_bytes);
    }
    if (!read_rows()) fail(ErrorKind::invalid_data, "{}", message_);
    return std::move(picture_);
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  char message_[128] = "";
  Tensor picture_;
  std::vector<png_bytep> rows_;

  /// Ask for 8 bits a sample, with colour and alpha as the file has them. False after an error.
  bool read_info() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;  // NOLINT: the library's interface
    png_read_info(png_, info_);
    png_set_expand(png_);
    png_set_strip_16(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
  }
  bool read_rows() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;  // NOLINT: the library's interface
    png_read_image(png_, rows_.data());
    return true;
  }

  static void on_read(png_structp png, png_bytep to, std::size_t size) {
    auto* reader = static_cast<PngReader*>(png_get_io_ptr(png));
    if (size > reader->bytes_.size() - reader->position_) {
      std::snprintf(reader->message_, sizeof(reader->message_), "truncated after %zu bytes", reader->bytes_.size());
      png_longjmp(png, 1);
    }
    std::memcpy(to, reader->bytes_.data() + reader->position_, size);
    reader->position_ += size;
  }
  [[noreturn]] static void on_error(png_structp png, png_const_charp message) {
    auto* reader = static_cast<PngReader*>(png_get_error_ptr(png));
    std::snprintf(reader->message_, sizeof(reader->message_), "%s before byte %zu (%zu bytes)", message,
                  reader->position_, reader->bytes_.size());
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp /*png*/, png_const_charp /*message*/) {}
};

Tensor decode(std::span<const std::uint8_t> bytes) { return PngReader(bytes).read(); }

/// libpng's simplified writer.
class PngWriter {
 public:
  PngWriter() { image_.version = PNG_IMAGE_VERSION; }
  ~PngWriter() { png_image_free(&image_); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;
  png_image& operator*() { return image_; }
  png_image* operator->() { return &image_; }

 private:
  png_image image_{};
};

}  // namespace

extern const FormatDef png_def;
const FormatDef png_def = {"PNG", kSuffixes, kSignatures, decode};

std::vector<std::uint8_t> encode_png(const Tensor& picture) {
  const Shape& shape = picture.shape();
  if (picture.dtype() != DType::uint8 || shape.rank() != 3 || (shape[2] != 1 && shape[2] != 3 && shape[2] != 4)) {
    fail(ErrorKind::invalid_argument,
         "a PNG picture of {} {} cannot be written, expected uint8 with 1, 3 or 4 channels", to_string(picture.dtype()),
         to_string(shape));
  }
  PngWriter png;
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
