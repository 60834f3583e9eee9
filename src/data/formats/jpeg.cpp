// clang-format off
#include <cstdio>
#include <jpeglib.h>
// clang-format on

#include <jerror.h>

#include <algorithm>
#include <csetjmp>
#include <cstdlib>
#include <vector>

#include "data/format.h"

namespace mltk {
namespace {

constexpr std::string_view kSuffixes[] = {"jpg", "jpeg"};
constexpr std::string_view kSignatures[] = {"\xFF\xD8\xFF"};

/// libjpeg reports errors by a jump out of the library.
struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void on_error(j_common_ptr info) {
  auto* manager = reinterpret_cast<ErrorManager*>(info->err);
  manager->base.format_message(info, manager->message);
  std::longjmp(manager->jump, 1);
}

/// Warnings of lost picture data are errors: libjpeg would fill in grey. Others, as stray bytes between the segments
/// that some cameras write, are none.
void on_message(j_common_ptr info, int level) {
  constexpr int kDamaged[] = {JWRN_HIT_MARKER, JWRN_HUFF_BAD_CODE, JWRN_JPEG_EOF, JWRN_MUST_RESYNC};
  if (level < 0 && std::ranges::find(kDamaged, info->err->msg_code) != std::end(kDamaged)) on_error(info);
}

/// A JPEG file that is being read. Everything that owns memory lives here, outside of the functions that are jumped
/// back to.
class JpegReader {
 public:
  explicit JpegReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    info_.err = jpeg_std_error(&manager_.base);
    manager_.base.error_exit = on_error;
    manager_.base.emit_message = on_message;
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  Tensor read() {
    if (!read_header()) fail_damaged();
    check_picture_size(info_.image_height, info_.image_width);
    const int channels = info_.num_components == 1 ? 1 : info_.num_components == 4 ? 4 : 3;
    picture_ = Tensor(DType::uint8, {info_.image_height, info_.image_width, channels});
    if (!read_rows()) fail_damaged();
    return channels == 4 ? rgb_of_cmyk(picture_) : std::move(picture_);
  }

 private:
  std::span<const std::uint8_t> bytes_;
  ErrorManager manager_{};
  jpeg_decompress_struct info_{};
  Tensor picture_;

  [[noreturn]] void fail_damaged() const {
    fail(ErrorKind::invalid_data, "{} (truncated or damaged; {} bytes)", manager_.message, bytes_.size());
  }

  /// False after an error.
  bool read_header() {
    if (setjmp(manager_.jump) != 0) return false;  // NOLINT: the library's interface
    jpeg_create_decompress(&info_);
    jpeg_mem_src(&info_, bytes_.data(), bytes_.size());
    jpeg_read_header(&info_, TRUE);
    return true;
  }
  bool read_rows() {
    if (setjmp(manager_.jump) != 0) return false;  // NOLINT: the library's interface
    info_.out_color_space = info_.num_components == 1 ? JCS_GRAYSCALE : info_.num_components == 4 ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&info_);
    const std::size_t row_bytes = picture_.bytes().size() / info_.output_height;
    while (info_.output_scanline < info_.output_height) {
      JSAMPROW to = picture_.bytes().data() + info_.output_scanline * row_bytes;
      jpeg_read_scanlines(&info_, &to, 1);
    }
    jpeg_finish_decompress(&info_);
    return true;
  }

  /// The inks are stored inverted, as Adobe's programs do it and Pillow takes for granted: 255 is no ink.
  static Tensor rgb_of_cmyk(const Tensor& cmyk) {
    Tensor rgb(DType::uint8, {cmyk.shape()[0], cmyk.shape()[1], 3});
    const std::uint8_t* in = cmyk.as<std::uint8_t>().data();
    for (std::size_t i = 0; i < rgb.as<std::uint8_t>().size(); i += 3, in += 4) {
      for (std::size_t c = 0; c < 3; ++c) {
        const std::uint32_t product = (255U - in[c]) * in[3] + 128;
        const std::uint32_t ink = ((product >> 8U) + product) >> 8U;
        rgb.as<std::uint8_t>()[i + c] = static_cast<std::uint8_t>(in[3] - ink);
      }
    }
    return rgb;
  }
};

Tensor decode(std::span<const std::uint8_t> bytes) { return JpegReader(bytes).read(); }

/// A JPEG file that is being written; see JpegReader.
class JpegWriter {
 public:
  JpegWriter() {
    info_.err = jpeg_std_error(&manager_.base);
    manager_.base.error_exit = on_error;
  }
  ~JpegWriter() {
    jpeg_destroy_compress(&info_);
    std::free(bytes_);  // NOLINT: allocated by the library
  }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  std::vector<std::uint8_t> write(const Tensor& picture, int quality) {
    if (!write_rows(picture, quality)) fail(ErrorKind::invalid_data, "JPEG: {}", manager_.message);
    return {bytes_, bytes_ + size_};
  }

 private:
  ErrorManager manager_{};
  jpeg_compress_struct info_{};
  unsigned char* bytes_ = nullptr;
  unsigned long size_ = 0;  // NOLINT: the library's type

  /// False after an error.
  bool write_rows(const Tensor& picture, int quality) {
    if (setjmp(manager_.jump) != 0) return false;  // NOLINT: the library's interface
    jpeg_create_compress(&info_);
    jpeg_mem_dest(&info_, &bytes_, &size_);
    info_.image_height = static_cast<JDIMENSION>(picture.shape()[0]);
    info_.image_width = static_cast<JDIMENSION>(picture.shape()[1]);
    info_.input_components = static_cast<int>(picture.shape()[2]);
    info_.in_color_space = info_.input_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info_);
    jpeg_set_quality(&info_, quality, TRUE);
    jpeg_start_compress(&info_, TRUE);
    const std::size_t row_bytes = picture.bytes().size() / info_.image_height;
    while (info_.next_scanline < info_.image_height) {
      auto* row = const_cast<JSAMPLE*>(picture.bytes().data() + info_.next_scanline * row_bytes);
      jpeg_write_scanlines(&info_, &row, 1);
    }
    jpeg_finish_compress(&info_);
    return true;
  }
};

}  // namespace

std::vector<std::uint8_t> encode_jpeg(const Tensor& picture, int quality) {
  const Shape& shape = picture.shape();
  if (picture.dtype() != DType::uint8 || shape.rank() != 3 || picture.empty() || (shape[2] != 1 && shape[2] != 3)) {
    fail(ErrorKind::invalid_argument, "a JPEG is made of [height, width, 1 or 3] uint8, this picture is {} {}",
         to_string(picture.dtype()), to_string(shape));
  }
  return JpegWriter().write(picture, quality);
}

extern const FormatDef jpeg_def;
const FormatDef jpeg_def = {"JPEG", kSuffixes, kSignatures, decode};

}  // namespace mltk
