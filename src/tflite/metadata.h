#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tflite/model.h"

namespace mltk::tflite {

/// The bytes stored under `name`; null when there are none.
const std::vector<std::uint8_t>* find_metadata(const Model& model, std::string_view name);

/// Store bytes under `name`: in place of the earlier ones, else in a new buffer at the end.
void set_metadata(Model& model, std::string_view name, std::vector<std::uint8_t> bytes);

/// Remove the entry and its buffer, unless something else uses it; the buffers after it move. False when there is no
/// such entry.
bool remove_metadata(Model& model, std::string_view name);

}  // namespace mltk::tflite
