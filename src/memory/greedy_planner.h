#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mltk {

/// A buffer that is live from step `first_use` to step `last_use`, both included.
struct BufferLifetime {
  std::int64_t size_bytes = 0;
  std::int32_t first_use = 0;
  std::int32_t last_use = 0;
  std::optional<std::int64_t> fixed_offset = std::nullopt;  ///< placed by the model's author
};

struct MemoryPlan {
  std::vector<std::int64_t> offsets;  ///< of each buffer, in bytes
  std::int64_t size_bytes = 0;        ///< of the arena
};

/// Place buffers so that no two that are live at the same time overlap.
///
/// Order and tie-breaks are those of TensorFlow Lite Micro's GreedyMemoryPlanner (tflite-micro 90b983c), so the
/// offsets are the device's: fixed ones first, then by falling size, equal sizes by falling index; each goes into
/// the first gap that is large enough. Sizes are taken as they are; round them up to the alignment before.
MemoryPlan plan_memory(std::span<const BufferLifetime> buffers);

}  // namespace mltk
