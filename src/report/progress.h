#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace mltk {

/// The lines of a running training: on a terminal one line an epoch with a bar while it runs, elsewhere one plain
/// `key=value` line an epoch.
class Progress {
 public:
  Progress(std::FILE* stream, std::int64_t epochs);

  /// `epoch` counts from 0; `steps` is -1 when unknown.
  void begin_epoch(std::int64_t epoch, std::int64_t steps);
  void step(std::int64_t done);
  /// `samples` trained in the epoch, -1 when unknown.
  void end_epoch(const std::vector<std::pair<std::string, double>>& logs, std::int64_t samples);

 private:
  using Clock = std::chrono::steady_clock;

  std::FILE* stream_;
  std::int64_t epochs_;
  bool terminal_;
  std::int64_t epoch_ = 0;
  std::int64_t steps_ = -1;
  std::int64_t finished_ = 0;  ///< epochs of this run
  Clock::time_point start_;
  Clock::time_point epoch_start_;
  Clock::time_point last_drawn_;

  std::string bar(double share) const;
};

}  // namespace mltk
