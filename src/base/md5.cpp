#include "base/md5.h"

#include <md5.h>

#include <array>

namespace mltk {

std::string md5_hex(std::span<const std::uint8_t> bytes) {
  MD5_CTX context;
  MD5Init(&context);
  MD5Update(&context, bytes.data(), bytes.size());
  std::array<char, MD5_DIGEST_STRING_LENGTH> text{};
  MD5End(&context, text.data());
  return text.data();
}

}  // namespace mltk
