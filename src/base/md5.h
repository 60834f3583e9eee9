#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace mltk {

/// MD5 as 32 lower-case hexadecimal digits: the `hash` parameter of a .tflite. Detects change, not malice.
std::string md5_hex(std::span<const std::uint8_t> bytes);

}  // namespace mltk
