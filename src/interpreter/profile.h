#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/arena.h"
#include "tflite/model.h"

namespace mltk {

struct LayerProfile {
  std::size_t index = 0;
  std::string opcode;  ///< "conv_2d"
  std::int64_t ops = 0;
  std::int64_t macs = 0;
  std::vector<tflite::Tensor> inputs;  ///< without their data; absent optional ones left out
  std::vector<tflite::Tensor> outputs;
  std::string options;
  std::int64_t ram_bytes = 0;    ///< of all tensors and scratch buffers that live while the operator runs
  std::int64_t flash_bytes = 0;  ///< of its constant inputs
  std::string error;             ///< why the operator cannot run on the device, and the remedy; empty when it can
};

/// A place in the arena of a tensor or a scratch buffer of a 32-bit device and the operators that it lives through.
struct ArenaTensor {
  std::string name;
  std::int32_t tensor = -1;  ///< its index; -1 for a scratch buffer
  std::int64_t offset = 0;
  std::int64_t bytes = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

/// What a model costs on the device, without hardware.
struct ProfileReport {
  std::string name;
  std::string input_shape;  ///< of all inputs, comma-separated
  std::string input_dtype;
  std::string output_shape;
  std::string output_dtype;
  tflite::DeviceKernels kernels = tflite::DeviceKernels::reference;
  std::int64_t flash_bytes = 0;
  std::optional<std::int64_t> runtime_memory_bytes;  ///< none when an operator cannot run
  std::optional<ArenaSize> arena_32;
  std::optional<ArenaSize> arena_64;
  std::int64_t ops = 0;
  std::int64_t macs = 0;
  std::vector<LayerProfile> layers;
  std::vector<ArenaTensor> arena_tensors;  ///< of the main subgraph; empty when an operator cannot run

  std::int64_t unsupported_layers() const;
};

/// `kernels` decide the memory alone.
ProfileReport profile(const tflite::Model& model, std::string name, std::int64_t flash_bytes,
                      tflite::DeviceKernels kernels = tflite::DeviceKernels::reference);

/// The report of `mltk profile`; `format_units` prints "36.9k" instead of "36864".
std::string to_text(const ProfileReport& report, bool format_units = true);
/// MLTK's report as JSON: "summary", "summary_labels", "layers", "layer_labels".
nlohmann::ordered_json to_report_json(const ProfileReport& report, bool format_units = false);
/// The object of `mltk profile --json`: macs, ops, flash_bytes, arena, layers, arena_tensors.
nlohmann::ordered_json to_json(const ProfileReport& report);

}  // namespace mltk
