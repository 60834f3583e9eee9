#include "tflite/metadata.h"

#include <algorithm>

namespace mltk::tflite {

const std::vector<std::uint8_t>* find_metadata(const Model& model, std::string_view name) {
  const auto entry = std::ranges::find(model.metadata, name, &Metadata::name);
  return entry == model.metadata.end() ? nullptr : &model.buffers[entry->buffer];
}

void set_metadata(Model& model, std::string_view name, std::vector<std::uint8_t> bytes) {
  const auto entry = std::ranges::find(model.metadata, name, &Metadata::name);
  if (entry != model.metadata.end() && entry->buffer != 0) {
    model.buffers[entry->buffer] = std::move(bytes);
    return;
  }
  const auto buffer = static_cast<std::uint32_t>(model.buffers.size());
  model.buffers.push_back(std::move(bytes));
  if (entry != model.metadata.end()) {
    entry->buffer = buffer;
  } else {
    model.metadata.push_back({std::string(name), buffer});
  }
}

}  // namespace mltk::tflite
