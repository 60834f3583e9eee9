#pragma once

#include <cstdint>
#include <string>

#include "tflite/model.h"

namespace mltk::cli {

struct TfliteFile {
  tflite::Model model;
  std::int64_t bytes = 0;  ///< size of the file
};

/// Read a .tflite file, or the one in a model archive: its member `NAME.tflite` or `NAME.test.tflite`.
/// Throws Error(io) when a file is absent or no archive, Error(invalid_model) when the archive holds no .tflite, or it
/// is damaged; errors name the file.
TfliteFile read_tflite(const std::string& path);

}  // namespace mltk::cli
