#pragma once

#include <filesystem>

#include "tensor/tensor.h"

namespace mltk {

/// Read a NumPy .npy file: versions 1 to 3, little-endian numbers, C or Fortran order (returned in C order).
/// Throws Error(io) or Error(invalid_data) that names the file and what is wrong with it.
Tensor read_npy(const std::filesystem::path& path);

/// The same for the bytes of a file. Throws Error(invalid_data).
Tensor parse_npy(std::span<const std::uint8_t> bytes);

/// Write a .npy file of version 1, C order.
void write_npy(const std::filesystem::path& path, const Tensor& tensor);

}  // namespace mltk
