#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "memory/greedy_planner.h"
#include "tflite/model.h"
#include "tflite/op_def.h"

namespace mltk {

/// Sizes of device pointers that the arena's bookkeeping depends on (32: i386 layout).
enum class PointerSize { bits_32, bits_64 };

/// Bytes of TensorFlow Lite Micro's arena (90b983c).
struct ArenaSize {
  std::int64_t head = 0;  ///< tensors and scratch buffers, which share memory over time
  std::int64_t tail = 0;  ///< persistent objects
  std::int64_t used = 0;  ///< head + tail
  /// Smallest arena, a multiple of 16, in which the model can be prepared. A few operators can do with less, where the
  /// device's library lets a kernel's arrays grow over objects that it still holds.
  std::int64_t minimum = 0;
};

/// Throws Error(unsupported) when the model has an operator whose memory is not known.
ArenaSize arena_size(const tflite::Model& model, PointerSize pointers,
                     tflite::DeviceKernels kernels = tflite::DeviceKernels::reference);

/// MLTK's `runtime_memory_size` parameter: its search for the smallest working arena on a 64-bit host, plus 256,
/// corrected to 32-bit pointers.
std::int64_t runtime_memory_size(const tflite::Model& model,
                                 tflite::DeviceKernels kernels = tflite::DeviceKernels::reference);

/// Where each tensor and scratch buffer lies in the head, those of all subgraphs one after another.
struct HeadPlan {
  std::vector<std::optional<std::int64_t>> tensors;     ///< offset; none for constants, variables and empty tensors
  std::vector<std::size_t> first_tensor;                ///< of each subgraph, an index in `tensors`
  std::vector<std::int64_t> scratch;                    ///< offsets, all operators' one after another
  std::vector<std::vector<std::size_t>> first_scratch;  ///< of each operator of each subgraph, an index in `scratch`
  std::int64_t size_bytes = 0;
  std::size_t planned = 0;  ///< number of buffers, of all subgraphs
};
/// Throws Error(invalid_model) when subgraphs run each other in a circle.
HeadPlan plan_head(const tflite::Model& model, PointerSize pointers,
                   tflite::DeviceKernels kernels = tflite::DeviceKernels::reference);

}  // namespace mltk
