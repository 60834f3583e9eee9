#pragma once

#include <bit>
#include <filesystem>

#include "golden.h"
#include "keras/files.h"
#include "quantize/converter.h"
#include "tflite/model.h"

namespace mltk::quantize {

/// RSQRTPS of the processor that made the golden files: tabulated for two exponents, by the top 12 bits of the
/// fraction.
inline float amd_rsqrt_estimate(float value) {
  static const Tensor table = read_npy(shared_data() / "golden" / "rsqrtps_amd.npy");
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto exponent = static_cast<int>(bits >> 23U);
  const int row = (exponent - 127) & 1;
  const std::size_t column = bits >> 11U & 0xFFFU;
  const auto entry =
      static_cast<std::uint32_t>(table.as<std::int32_t>()[static_cast<std::size_t>(row) * 4096 + column]);
  const int halved = (exponent - 127 - row) / 2;
  return std::bit_cast<float>(entry - (static_cast<std::uint32_t>(halved) << 23U));
}

/// The float model of a case's Keras model, as the real converter made it.
inline tflite::Model converted(const std::filesystem::path& folder, bool fixed_batch) {
  const auto loaded = keras::load_model(folder / "model.h5");
  return convert_to_float(loaded.model->inference_graph(),
                          {.model_name = loaded.model->name(),
                           .fixed_batch = fixed_batch,
                           .rsqrt = packet_rsqrt(amd_rsqrt_estimate, NewtonStep::since_2_14)});
}

inline tflite::Model converted(const std::filesystem::path& folder) {
  return converted(folder, nlohmann::json::parse(read_text_file(folder / "case.json")).at("fixed_batch"));
}

}  // namespace mltk::quantize
