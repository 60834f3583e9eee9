#include "tflite/metadata.h"

#include <algorithm>

namespace mltk::tflite {
namespace {

/// Call `visit` with every reference to a buffer.
template <class Visit>
void for_each_buffer_index(Model& model, Visit visit) {
  for (Subgraph& subgraph : model.subgraphs) {
    for (Tensor& tensor : subgraph.tensors) visit(tensor.buffer);
  }
  for (Metadata& entry : model.metadata) visit(entry.buffer);
}

void remove_unused_buffer(Model& model, std::uint32_t buffer) {
  bool used = buffer == 0;
  for_each_buffer_index(model, [&](std::uint32_t index) { used = used || index == buffer; });
  if (used) return;
  model.buffers.erase(model.buffers.begin() + buffer);
  for_each_buffer_index(model, [&](std::uint32_t& index) { index -= index > buffer ? 1 : 0; });
}

}  // namespace

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

bool remove_metadata(Model& model, std::string_view name) {
  const auto entry = std::ranges::find(model.metadata, name, &Metadata::name);
  if (entry == model.metadata.end()) return false;
  const std::uint32_t buffer = entry->buffer;
  model.metadata.erase(entry);
  remove_unused_buffer(model, buffer);
  return true;
}

}  // namespace mltk::tflite
