#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mltk::cli {

/// The .tflite of a model archive, `NAME.tflite` or `NAME.test.tflite`. Throws Error(io) when the file is no archive,
/// Error(invalid_model) when it holds none.
std::vector<std::uint8_t> read_tflite_member(const std::string& archive);

}  // namespace mltk::cli
