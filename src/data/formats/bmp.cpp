// Windows bitmaps: uncompressed, with a palette of 1, 4 or 8 bits or with 24 or 32 bits a pixel.
// Source: Microsoft, "Bitmap Storage" (BITMAPFILEHEADER, BITMAPINFOHEADER, BITMAPV4HEADER).

#include <cstdlib>

#include "data/format.h"

namespace mltk {
namespace {

constexpr std::string_view kSuffixes[] = {"bmp"};
constexpr std::string_view kSignatures[] = {"BM"};
constexpr std::size_t kFileHeaderBytes = 14;
constexpr std::size_t kInfoHeaderBytes = 40;
constexpr std::size_t kMaskBytes = 16;

/// Little-endian numbers of a file.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint8_t byte(std::size_t at) const {
    require(at, 1);
    return bytes_[at];
  }
  std::uint32_t u16(std::size_t at) const { return byte(at) | static_cast<std::uint32_t>(byte(at + 1)) << 8U; }
  std::uint32_t u32(std::size_t at) const { return u16(at) | u16(at + 2) << 16U; }
  void require(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) {
      fail(ErrorKind::invalid_data, "truncated at byte {}, expected {}", bytes_.size(), at + size);
    }
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

struct Header {
  std::size_t info_bytes = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool top_down = false;
  std::uint32_t bits = 0;
  bool alpha = false;
};

Header read_header(const Reader& file) {
  Header header;
  header.info_bytes = file.u32(kFileHeaderBytes);
  if (header.info_bytes < kInfoHeaderBytes || header.info_bytes > 1024) {
    fail(ErrorKind::unsupported, "its information header has {} bytes, expected {} or more", header.info_bytes,
         kInfoHeaderBytes);
  }
  file.require(kFileHeaderBytes, header.info_bytes);
  const auto height = static_cast<std::int32_t>(file.u32(22));
  header.width = static_cast<std::int32_t>(file.u32(18));
  header.height = std::abs(std::int64_t{height});
  header.top_down = height < 0;
  header.bits = file.u16(28);
  if (header.width < 1) fail(ErrorKind::invalid_data, "its header says a width of {}", header.width);
  check_picture_size(static_cast<std::uint64_t>(header.height), static_cast<std::uint64_t>(header.width));

  constexpr std::uint32_t kRgb = 0;
  constexpr std::uint32_t kBitFields = 3;
  const std::uint32_t compression = file.u32(30);
  bool readable = compression == kRgb &&
                  (header.bits == 1 || header.bits == 4 || header.bits == 8 || header.bits == 24 || header.bits == 32);
  if (compression == kBitFields && header.bits == 32) {
    constexpr std::size_t kMasks = kFileHeaderBytes + kInfoHeaderBytes;
    readable = file.u32(kMasks) == 0xFF0000 && file.u32(kMasks + 4) == 0xFF00 && file.u32(kMasks + 8) == 0xFF;
    header.alpha = header.info_bytes >= kInfoHeaderBytes + kMaskBytes && file.u32(kMasks + 12) == 0xFF000000;
  }
  if (!readable) {
    fail(ErrorKind::unsupported, "{} bits a pixel with compression {} are not read; save it uncompressed with 24 bits",
         header.bits, compression);
  }
  return header;
}

Tensor decode(std::span<const std::uint8_t> bytes) {
  const Reader file(bytes);
  const Header header = read_header(file);
  const std::size_t pixels = file.u32(10);
  const auto width = static_cast<std::size_t>(header.width);
  const auto height = static_cast<std::size_t>(header.height);
  const std::size_t row_bytes = (width * header.bits + 31) / 32 * 4;
  file.require(pixels, row_bytes * height);

  const std::size_t channels = header.alpha ? 4 : 3;
  Tensor picture(DType::uint8, {header.height, header.width, static_cast<std::int64_t>(channels)});
  std::uint8_t* to = picture.bytes().data();
  const std::size_t palette = kFileHeaderBytes + header.info_bytes;
  for (std::size_t y = 0; y < height; ++y) {
    const std::uint8_t* row = bytes.data() + pixels + row_bytes * (header.top_down ? y : height - 1 - y);
    for (std::size_t x = 0; x < width; ++x, to += channels) {
      const std::uint8_t* bgra = nullptr;
      if (header.bits <= 8) {
        const std::size_t bit = x * header.bits;
        const std::size_t index = row[bit / 8] >> (8 - header.bits - bit % 8) & ((1U << header.bits) - 1);
        file.require(palette + index * 4, 4);
        bgra = bytes.data() + palette + index * 4;
      } else {
        bgra = row + x * header.bits / 8;
      }
      to[0] = bgra[2];
      to[1] = bgra[1];
      to[2] = bgra[0];
      if (header.alpha) to[3] = bgra[3];
    }
  }
  return picture;
}

}  // namespace

extern const FormatDef bmp_def;
const FormatDef bmp_def = {"BMP", kSuffixes, kSignatures, decode};

}  // namespace mltk
