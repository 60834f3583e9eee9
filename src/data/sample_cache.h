#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace mltk {

/// What was read from files, kept up to a limit of memory. Safe from several threads.
template <class T>
class SampleCache {
 public:
  explicit SampleCache(std::size_t samples) : kept_(samples) {}

  /// The value of a sample: the kept one, else what `read` gives, which takes `bytes_of(value)` bytes.
  template <class Read, class BytesOf>
  T get(std::size_t sample, const Read& read, const BytesOf& bytes_of) {
    {
      const std::lock_guard lock(mutex_);
      if (kept_[sample]) return *kept_[sample];
    }
    T value = read();
    const std::size_t bytes = bytes_of(value);
    const std::lock_guard lock(mutex_);
    if (bytes_ + bytes <= kMostBytes && !kept_[sample]) {
      bytes_ += bytes;
      kept_[sample] = std::make_unique<T>(value);
    }
    return value;
  }

 private:
  static constexpr std::size_t kMostBytes = std::size_t{512} << 20U;

  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> kept_;
  std::size_t bytes_ = 0;
};

}  // namespace mltk
