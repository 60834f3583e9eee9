// A thread that works ahead of the consumer.

#include <pthread.h>
#include <semaphore.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "data/dataset.h"

namespace mltk {
namespace {

std::function<void()>& interrupt_check() {
  static std::function<void()> check;
  return check;
}

/// Counts elements that are ready. A signal of the process ends the wait, unlike that of a condition variable.
class Ready {
 public:
  Ready() { sem_init(&count_, 0, 0); }
  ~Ready() { sem_destroy(&count_); }
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;

  void add() { sem_post(&count_); }
  void wait() {
    while (sem_wait(&count_) != 0 && errno == EINTR) {
      if (interrupt_check()) interrupt_check()();
    }
  }

 private:
  sem_t count_{};
};

class Ahead : public ElementIterator {
 public:
  Ahead(std::unique_ptr<ElementIterator> input, std::size_t size) : input_(std::move(input)), size_(size) {
    // Signals go to threads that wait for this one.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    worker_ = std::jthread([this] { work(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  ~Ahead() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    taken_.notify_all();
  }
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  std::optional<Element> next() override {
    if (done_) return std::nullopt;
    ready_.wait();
    Item item;
    {
      const std::lock_guard lock(mutex_);
      item = std::move(items_.front());
      items_.pop_front();
    }
    taken_.notify_one();
    done_ = !item.element;
    if (item.error) std::rethrow_exception(item.error);
    return std::move(item.element);
  }

 private:
  /// An element, the end, or why there is no more.
  struct Item {
    std::optional<Element> element;
    std::exception_ptr error;
  };

  std::unique_ptr<ElementIterator> input_;
  std::size_t size_;
  Ready ready_;
  std::mutex mutex_;
  std::condition_variable taken_;
  std::deque<Item> items_;
  bool stopping_ = false;
  bool done_ = false;
  std::jthread worker_;  // the last member: joined before the others go

  void work() {
    for (bool more = true; more;) {
      {
        std::unique_lock lock(mutex_);
        taken_.wait(lock, [this] { return stopping_ || items_.size() < size_; });
        if (stopping_) return;
      }
      Item item;
      try {
        item.element = input_->next();
      } catch (...) {
        item.error = std::current_exception();
      }
      more = item.element.has_value();
      {
        const std::lock_guard lock(mutex_);
        items_.push_back(std::move(item));
      }
      ready_.add();
    }
  }
};

class Prefetched : public Dataset {
 public:
  Prefetched(DatasetPtr input, std::int64_t buffer_size) : input_(std::move(input)), buffer_size_(buffer_size) {}
  std::int64_t cardinality() const override { return input_->cardinality(); }
  std::unique_ptr<ElementIterator> iterate(std::uint64_t pass) const override {
    return std::make_unique<Ahead>(input_->iterate(pass), static_cast<std::size_t>(buffer_size_));
  }

 private:
  DatasetPtr input_;
  std::int64_t buffer_size_;
};

}  // namespace

void set_interrupt_check(std::function<void()> check) { interrupt_check() = std::move(check); }

DatasetPtr datasets::prefetch(DatasetPtr input, std::int64_t buffer_size) {
  if (buffer_size < 1) fail(ErrorKind::invalid_argument, "buffer_size of prefetch is {}, expected 1", buffer_size);
  return std::make_shared<Prefetched>(std::move(input), buffer_size);
}

}  // namespace mltk
