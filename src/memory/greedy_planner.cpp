#include "memory/greedy_planner.h"

#include <algorithm>
#include <numeric>

namespace mltk {
namespace {

bool live_together(const BufferLifetime& a, const BufferLifetime& b) {
  return a.first_use <= b.last_use && b.first_use <= a.last_use;
}

}  // namespace

MemoryPlan plan_memory(std::span<const BufferLifetime> buffers) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    if (buffers[i].fixed_offset) order.push_back(i);
  }
  const auto online = static_cast<std::ptrdiff_t>(order.size());
  for (std::size_t i = buffers.size(); i-- > 0;) {
    if (!buffers[i].fixed_offset) order.push_back(i);
  }
  std::stable_sort(order.begin() + online, order.end(),
                   [&](std::size_t a, std::size_t b) { return buffers[a].size_bytes > buffers[b].size_bytes; });

  MemoryPlan plan{std::vector<std::int64_t>(buffers.size()), 0};
  std::vector<std::size_t> placed;  // by rising offset; equal offsets in the order of placing
  for (const std::size_t i : order) {
    const BufferLifetime& buffer = buffers[i];
    std::int64_t offset = 0;
    if (buffer.fixed_offset) {
      offset = *buffer.fixed_offset;
    } else {
      for (const std::size_t j : placed) {
        if (!live_together(buffer, buffers[j])) continue;
        if (plan.offsets[j] - offset >= buffer.size_bytes) break;
        offset = std::max(offset, plan.offsets[j] + buffers[j].size_bytes);
      }
    }
    plan.offsets[i] = offset;
    plan.size_bytes = std::max(plan.size_bytes, offset + buffer.size_bytes);
    const auto place = std::upper_bound(placed.begin(), placed.end(), offset,
                                        [&](std::int64_t value, std::size_t j) { return value < plan.offsets[j]; });
    placed.insert(place, i);
  }
  return plan;
}

}  // namespace mltk
