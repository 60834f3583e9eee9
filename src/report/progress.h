#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace mltk {

/// The lines of a running training: on a terminal one line an epoch with a bar while it runs, elsewhere one plain
/// `key=value` line an epoch. No colours.
class Progress {
 public:
  using Values = std::vector<std::pair<std::string, double>>;

  Progress(std::FILE* stream, std::int64_t epochs);

  /// `epoch` counts from 0; `steps` is -1 when unknown.
  void begin_epoch(std::int64_t epoch, std::int64_t steps);
  /// `done` steps and `samples` of this epoch so far; -1 samples when unknown.
  void step(std::int64_t done, const Values& logs, std::int64_t samples);
  /// `samples` trained in the epoch, -1 when unknown.
  void end_epoch(const Values& logs, std::int64_t samples);

 private:
  using Clock = std::chrono::steady_clock;

  std::FILE* stream_;
  std::int64_t epochs_;
  bool terminal_;
  std::int64_t epoch_ = 0;
  std::int64_t steps_ = -1;
  std::int64_t finished_ = 0;  ///< epochs of this run
  std::size_t drawn_ = 0;      ///< characters of the unfinished line
  Clock::time_point start_;
  Clock::time_point epoch_start_;
  Clock::time_point last_drawn_;

  double seconds_left(double share_of_epoch) const;
  /// Replace the unfinished line.
  void draw(std::string line, bool finished);
};

}  // namespace mltk
