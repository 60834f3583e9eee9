#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tflite/op_def.h"

namespace mltk {

/// How long a core takes with one library of kernels, fitted to the published MLPerf Tiny results of its boards.
struct LatencyFit {
  std::string library;  ///< "CMSIS-NN of 2022"
  /// By the operator's name, "conv_2d". Operators of the measured models that count no multiply-accumulates have 0:
  /// their time is part of the others'. An operator that is absent was not measured.
  std::map<std::string, double, std::less<>> cycles_per_mac;
  int error_percent = 0;             ///< largest error on a model that was left out of the fit
  std::vector<std::string> sources;  ///< of the target's own results: "repository, folder"
};

/// A board, or another device to run models on.
struct Target {
  std::string name;  ///< "NUCLEO-L4R5ZI"
  std::string core;  ///< "Cortex-M4"
  std::int64_t clock_hz = 0;
  std::int64_t ram_bytes = 0;
  std::int64_t flash_bytes = 0;
  std::string memory_source;  ///< where RAM and flash are said: microcontroller and data sheet
  tflite::DeviceKernels kernels = tflite::DeviceKernels::cmsis_nn;  ///< CMSIS-NN, as the core runs it
  std::vector<LatencyFit> fits;  ///< nearest to TensorFlow Lite Micro's speed first; empty without published results
  std::string no_latency;        ///< why `fits` is empty
};

/// All targets of targets.json, in its order.
std::span<const Target> targets();
/// The name's case does not matter. Throws Error(invalid_argument) with the names that there are.
const Target& find_target(std::string_view name);
/// The kernels called `name`; when that is empty those of the target, and without one the reference kernels. Throws
/// Error(invalid_argument) for an unknown name.
tflite::DeviceKernels kernels_of(std::string_view name, const Target* target);
/// A table of all targets.
std::string targets_text();

}  // namespace mltk
