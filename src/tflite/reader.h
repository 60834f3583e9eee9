#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "tflite/model.h"

namespace mltk::tflite {

/// Read a .tflite file from memory. The bytes are not trusted: every offset, index, size and enumeration is checked.
/// Throws Error(invalid_model) that says where the file is wrong, Error(unsupported) for sparse tensors and for
/// element types or schema versions of a later format.
Model read_model(std::span<const std::uint8_t> bytes);

/// The same for a file; errors name it.
Model read_model_file(const std::filesystem::path& path);

}  // namespace mltk::tflite
