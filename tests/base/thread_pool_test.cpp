#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <vector>

#include "base/error.h"

namespace mltk {
namespace {

TEST(ThreadPool, RunsEachTaskOnce) {
  for (const int threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.size(), threads);
    for (int round = 0; round < 200; ++round) {
      std::vector<std::atomic<int>> calls(static_cast<std::size_t>(round % 17));
      pool.run(round % 17, [&](int task) { ++calls[static_cast<std::size_t>(task)]; });
      for (const auto& count : calls) EXPECT_EQ(count, 1);
    }
  }
}

TEST(ThreadPool, RethrowsTheExceptionOfTheLowestTask) {
  ThreadPool pool(4);
  try {
    pool.run(10, [](int task) {
      if (task >= 3) fail(ErrorKind::invalid_data, "task {}", task);
    });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "task 3");
  }
  std::atomic<int> calls = 0;
  pool.run(5, [&](int) { ++calls; });
  EXPECT_EQ(calls, 5);
}

}  // namespace
}  // namespace mltk
