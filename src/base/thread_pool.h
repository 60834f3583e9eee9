#pragma once

#include <functional>
#include <memory>

namespace mltk {

/// A fixed set of worker threads. One pool is made per command and passed to what computes.
class ThreadPool {
 public:
  /// `threads` <= 0: MLTK_NUM_THREADS, else one per processor. The calling thread is one of them.
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int size() const;

  /// Call `task(0) ... task(count - 1)`, spread over the threads, and return when all are done. Which thread runs
  /// which task is open: a task must not depend on it. Rethrows the exception of the lowest task that threw.
  /// Not reentrant: a task must not call run().
  void run(int count, const std::function<void(int)>& task);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mltk
