#include "base/thread_pool.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.h"

namespace mltk {
namespace {

/// Spins before a waiting thread sleeps, some tens of microseconds: the parts of a step of a small network are shorter
/// than waking a thread, but on a shared machine a thread that spins for long takes the processor from the one it waits
/// for.
constexpr int kSpins = 3000;

/// Lets the other thread of a core work, and saves power.
void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

int default_threads() {
  if (const char* text = std::getenv("MLTK_NUM_THREADS")) {
    const int threads = std::atoi(text);
    if (threads > 0) return threads;
    fail(ErrorKind::invalid_argument, "MLTK_NUM_THREADS is '{}', expected a number of threads >= 1", text);
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

struct ThreadPool::State {
  const std::function<void(int)>* task = nullptr;
  int count = 0;
  std::atomic<int> next{0};
  std::atomic<int> running{0};
  std::atomic<unsigned> generation{0};
  std::atomic<bool> stop{false};
  std::vector<std::exception_ptr> errors;

  std::mutex mutex;
  std::condition_variable work_ready;
  std::condition_variable work_done;
  std::vector<std::jthread> workers;

  void take_tasks() {
    for (int i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
      try {
        (*task)(i);
      } catch (...) {
        errors[static_cast<std::size_t>(i)] = std::current_exception();
      }
    }
  }

  void work() {
    unsigned seen = 0;
    for (;;) {
      for (int spin = 0; spin < kSpins && generation.load(std::memory_order_acquire) == seen; ++spin) {
        pause();
      }
      if (generation.load(std::memory_order_acquire) == seen) {
        std::unique_lock lock(mutex);
        work_ready.wait(lock, [&] { return generation.load() != seen; });
      }
      seen = generation.load(std::memory_order_acquire);
      if (stop) return;
      take_tasks();
      if (running.fetch_sub(1) == 1) {
        {
          const std::lock_guard lock(mutex);
        }
        work_done.notify_one();
      }
    }
  }

  void publish() {
    {
      const std::lock_guard lock(mutex);
      generation.fetch_add(1, std::memory_order_release);
    }
    work_ready.notify_all();
  }
};

ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  if (threads <= 0) threads = default_threads();
  for (int i = 1; i < threads; ++i) state_->workers.emplace_back([state = state_.get()] { state->work(); });
}

ThreadPool::~ThreadPool() {
  state_->stop = true;
  state_->publish();
}

int ThreadPool::size() const { return static_cast<int>(state_->workers.size()) + 1; }

void ThreadPool::run(int count, const std::function<void(int)>& task) {
  State& state = *state_;
  state.errors.assign(static_cast<std::size_t>(count), nullptr);
  state.task = &task;
  state.count = count;
  state.next = 0;
  if (!state.workers.empty() && count > 1) {
    state.running = static_cast<int>(state.workers.size());
    state.publish();
    state.take_tasks();
    for (int spin = 0; spin < kSpins && state.running.load(std::memory_order_acquire) > 0; ++spin) {
      pause();
    }
    if (state.running.load(std::memory_order_acquire) > 0) {
      std::unique_lock lock(state.mutex);
      state.work_done.wait(lock, [&] { return state.running.load() == 0; });
    }
  } else {
    state.take_tasks();
  }
  for (const auto& error : state.errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace mltk
