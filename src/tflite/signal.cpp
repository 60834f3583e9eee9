#include "tflite/ops/signal.h"

#include <cstring>

namespace mltk::tflite {

std::int32_t frame_of(const OpContext& op, const Tensor& tensor) {
  if (tensor.shape.empty() || tensor.shape.back() < 1) {
    op.fail("'{}' has shape [{}]; expected samples along the last axis.", tensor.name, shape_text(tensor.shape));
  }
  return tensor.shape.back();
}

std::vector<std::int16_t> constant_int16(const OpContext& op, std::size_t i) {
  const Tensor& tensor = op.input(i);
  if (tensor.type != TensorType::int16 || !op.is_constant(tensor)) {
    op.fail("input {} '{}' must be a constant of int16.", i, tensor.name);
  }
  const auto& bytes = op.model().buffer_of(tensor);
  std::vector<std::int16_t> values(bytes.size() / sizeof(std::int16_t));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(std::int16_t));
  return values;
}

ArenaBytes ring_bytes(std::int64_t samples) {
  constexpr std::int64_t kBytesPerSample = 4;  // each sample is stored twice
  return {40 + kBytesPerSample * samples, 24 + kBytesPerSample * samples};
}

ArenaBytes joined(const ArenaBytes& data, const ArenaBytes& more) {
  const auto aligned = [](std::int64_t bytes) { return (bytes + 15) / 16 * 16; };
  return {data.on_64 + aligned(more.on_64), data.on_32 + aligned(more.on_32)};
}

std::vector<ArenaBytes> ring_arrays(std::int64_t count, std::int64_t samples) {
  std::vector<ArenaBytes> arrays(2, ArenaBytes{8 * count, 4 * count});
  arrays.insert(arrays.end(), static_cast<std::size_t>(count), ring_bytes(samples));
  return arrays;
}

}  // namespace mltk::tflite
