// Portable pixmaps and graymaps: P2 and P3 as text, P5 and P6 as bytes, up to 16 bits a sample.
// Source: the Netpbm manual pages ppm(5) and pgm(5).

#include <cctype>

#include "data/format.h"

namespace mltk {
namespace {

constexpr std::string_view kSuffixes[] = {"ppm", "pgm"};
constexpr std::string_view kSignatures[] = {"P2", "P3", "P5", "P6"};
constexpr std::uint32_t kMostValue = 65535;

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  /// The next number of the text; white space and comments come before it.
  std::uint32_t number() {
    skip_space();
    std::uint32_t value = 0;
    const std::size_t first = at_;
    while (at_ < bytes_.size() && std::isdigit(bytes_[at_]) != 0) {
      value = value * 10 + (bytes_[at_++] - '0');
      if (value > 100'000'000) fail(ErrorKind::invalid_data, "a number at byte {} is too large", first);
    }
    if (at_ == first) fail(ErrorKind::invalid_data, "there is no number at byte {} of {}", at_, bytes_.size());
    return value;
  }
  /// `size` bytes behind the one white space that ends the header.
  std::span<const std::uint8_t> samples(std::size_t size) {
    ++at_;
    if (at_ > bytes_.size() || size > bytes_.size() - at_) {
      fail(ErrorKind::invalid_data, "truncated at byte {}, expected {}", bytes_.size(), at_ + size);
    }
    return bytes_.subspan(at_, size);
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 2;  // behind the signature

  void skip_space() {
    bool comment = false;
    for (; at_ < bytes_.size() && (comment || bytes_[at_] == '#' || std::isspace(bytes_[at_]) != 0); ++at_) {
      if (bytes_[at_] == '#') comment = true;
      if (bytes_[at_] == '\n' || bytes_[at_] == '\r') comment = false;
    }
  }
};

Tensor decode(std::span<const std::uint8_t> bytes) {
  Reader file(bytes);
  const std::uint32_t width = file.number();
  const std::uint32_t height = file.number();
  const std::uint32_t most = file.number();
  check_picture_size(height, width);
  if (most == 0 || most > kMostValue) {
    fail(ErrorKind::invalid_data, "its largest value is {}, expected 1 to {}", most, kMostValue);
  }
  const bool text = bytes[1] == '2' || bytes[1] == '3';
  const std::int64_t channels = bytes[1] == '2' || bytes[1] == '5' ? 1 : 3;
  const std::size_t count = std::size_t{width} * height * static_cast<std::size_t>(channels);
  if (text && count > bytes.size())
    fail(ErrorKind::invalid_data, "truncated: {} samples, in {} bytes", count, bytes.size());
  const std::size_t size = most > 255 ? 2 : 1;
  const auto samples = text ? std::span<const std::uint8_t>() : file.samples(count * size);

  Tensor picture(DType::uint8, {height, width, channels});
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t value = 0;
    if (text) {
      value = file.number();
    } else {
      value = size == 1 ? samples[i] : std::uint32_t{samples[2 * i]} << 8U | samples[2 * i + 1];
    }
    if (value > most) fail(ErrorKind::invalid_data, "sample {} is {}, its largest value {}", i, value, most);
    picture.as<std::uint8_t>()[i] = static_cast<std::uint8_t>((value * 255 + most / 2) / most);
  }
  return picture;
}

}  // namespace

extern const FormatDef ppm_def;
const FormatDef ppm_def = {"PPM", kSuffixes, kSignatures, decode};

}  // namespace mltk
