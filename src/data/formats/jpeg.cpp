// clang-format off
#include <cstdio>
#include <jpeglib.h>
// clang-format on

#include <csetjmp>

#include "data/format.h"

namespace mltk {
namespace {

constexpr std::string_view kSuffixes[] = {"jpg", "jpeg"};
/// Largest picture that is decoded: keeps a forged header from asking for all memory.
constexpr std::uint64_t kMostPixels = 100'000'000;

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

/// A warning means that the data are damaged: libjpeg would fill in grey.
void on_message(j_common_ptr info, int level) {
  if (level < 0) on_error(info);
}

/// Everything between creation and destruction of the decompressor; false after an error. Holds no object with a
/// destructor, which the jump would pass by.
bool decompress(std::span<const std::uint8_t> bytes, ErrorManager& manager, Tensor& picture) {
  jpeg_decompress_struct info;
  info.err = jpeg_std_error(&manager.base);
  manager.base.error_exit = on_error;
  manager.base.emit_message = on_message;
  if (setjmp(manager.jump) != 0) {  // NOLINT: the library's interface
    jpeg_destroy_decompress(&info);
    return false;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes.data(), bytes.size());
  jpeg_read_header(&info, TRUE);
  if (std::uint64_t{info.image_width} * info.image_height > kMostPixels) {
    std::snprintf(manager.message, sizeof manager.message, "its header says %ux%u pixels", info.image_width,
                  info.image_height);
    jpeg_destroy_decompress(&info);
    return false;
  }
  info.out_color_space = info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&info);
  picture = Tensor(DType::uint8, {info.output_height, info.output_width, info.output_components});
  const std::size_t row =
      static_cast<std::size_t>(info.output_width) * static_cast<std::size_t>(info.output_components);
  while (info.output_scanline < info.output_height) {
    JSAMPROW to = picture.bytes().data() + info.output_scanline * row;
    jpeg_read_scanlines(&info, &to, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return true;
}

Tensor decode(std::span<const std::uint8_t> bytes) {
  ErrorManager manager{};
  Tensor picture;
  if (!decompress(bytes, manager, picture)) {
    fail(ErrorKind::invalid_data, "{} (truncated or damaged; {} bytes)", manager.message, bytes.size());
  }
  return picture;
}

}  // namespace

extern const FormatDef jpeg_def;
const FormatDef jpeg_def = {"JPEG", kSuffixes, decode};

}  // namespace mltk
