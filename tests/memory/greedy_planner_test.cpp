#include "memory/greedy_planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/philox.h"

namespace mltk {
namespace {

using testing::ElementsAre;

TEST(GreedyPlanner, ReusesMemoryOfBuffersThatAreDone) {
  const std::vector<BufferLifetime> buffers = {{100, 0, 1}, {50, 1, 2}, {100, 2, 3}};
  const MemoryPlan plan = plan_memory(buffers);
  EXPECT_THAT(plan.offsets, ElementsAre(0, 100, 0));
  EXPECT_EQ(plan.size_bytes, 150);
}

TEST(GreedyPlanner, PlacesTheLaterOfEqualSizesFirst) {
  const std::vector<BufferLifetime> buffers = {{16, 0, 0}, {16, 0, 0}};
  EXPECT_THAT(plan_memory(buffers).offsets, ElementsAre(16, 0));
}

TEST(GreedyPlanner, TakesTheFirstGapThatIsLargeEnough) {
  const std::vector<BufferLifetime> buffers = {{64, 0, 1}, {48, 1, 2}, {32, 0, 0}, {16, 0, 2}};
  const MemoryPlan plan = plan_memory(buffers);
  EXPECT_THAT(plan.offsets, ElementsAre(0, 64, 64, 112));
}

TEST(GreedyPlanner, WorksAroundFixedOffsets) {
  const std::vector<BufferLifetime> buffers = {{32, 0, 1, 16}, {16, 0, 1}, {32, 0, 1}};
  const MemoryPlan plan = plan_memory(buffers);
  EXPECT_THAT(plan.offsets, ElementsAre(16, 0, 48));
  EXPECT_EQ(plan.size_bytes, 80);
}

TEST(GreedyPlanner, NeverOverlapsBuffersThatLiveTogether) {
  Rng rng(11);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<BufferLifetime> buffers;
    const auto count = 2 + rng.below(20);
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto first = static_cast<std::int32_t>(rng.below(10));
      buffers.push_back(
          {16 + 16 * static_cast<std::int64_t>(rng.below(20)), first, first + static_cast<std::int32_t>(rng.below(5))});
    }
    const MemoryPlan plan = plan_memory(buffers);
    for (std::size_t a = 0; a < buffers.size(); ++a) {
      EXPECT_LE(plan.offsets[a] + buffers[a].size_bytes, plan.size_bytes);
      for (std::size_t b = 0; b < a; ++b) {
        const bool together =
            buffers[a].first_use <= buffers[b].last_use && buffers[b].first_use <= buffers[a].last_use;
        const bool apart = plan.offsets[a] + buffers[a].size_bytes <= plan.offsets[b] ||
                           plan.offsets[b] + buffers[b].size_bytes <= plan.offsets[a];
        EXPECT_TRUE(!together || apart) << a << " and " << b << " of trial " << trial;
      }
    }
  }
}

}  // namespace
}  // namespace mltk
