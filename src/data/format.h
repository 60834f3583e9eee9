#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "tensor/tensor.h"

namespace mltk {

/// A file format of pictures, one file each in data/formats/.
struct FormatDef {
  std::string_view name;
  std::span<const std::string_view> suffixes;    ///< lower case, without the dot
  std::span<const std::string_view> signatures;  ///< first bytes of such a file: one of these
  /// [H, W, C] u8 of the bytes of a file (npy: any type). Throws Error(invalid_data) that says what is wrong.
  Tensor (*decode)(std::span<const std::uint8_t> bytes);
};

std::span<const FormatDef* const> format_table();

/// Read a picture of any known format, told by its first bytes as Pillow does it, whatever its suffix.
/// Throws Error(invalid_data), Error(unsupported) or Error(io) that names the file.
Tensor read_picture(const std::filesystem::path& path);
/// The same of a file's bytes; errors name `path`.
Tensor decode_picture(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);

/// Whether a file begins as a picture does. Only a file with a suffix of a known format is looked at; others pass.
/// Throws Error(io) that names the file.
bool begins_as_picture(const std::filesystem::path& path);

/// Throws Error(invalid_data) when a header claims more pixels than are decoded: a forged one could ask for all memory.
void check_picture_size(std::uint64_t height, std::uint64_t width);

/// Write [H, W, C] u8 with 1, 3 or 4 channels as PNG.
void write_png(const std::filesystem::path& path, const Tensor& picture);
/// The same as bytes.
std::vector<std::uint8_t> encode_png(const Tensor& picture);
/// The bytes of a JPEG file with [H, W, C] u8 of 1 or 3 channels, `quality` 1 to 100.
std::vector<std::uint8_t> encode_jpeg(const Tensor& picture, int quality);

}  // namespace mltk
