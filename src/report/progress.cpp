#include "report/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace mltk {
namespace {

constexpr int kBarWidth = 16;
constexpr std::chrono::milliseconds kRedraw{100};

std::size_t width_of(std::FILE* stream) {
  winsize size{};
  if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 120;
}

double seconds_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

/// "0.42 s", "2 min 05 s".
std::string duration(double seconds) {
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  const auto whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  return fmt::format("{} min {:02} s", whole / 60, whole % 60);
}

std::string value_text(const std::string& name, double value) {
  return name == "lr" ? fmt::format("{} {:.2g}", name, value) : fmt::format("{} {:.4f}", name, value);
}

}  // namespace

Progress::Progress(std::FILE* stream, std::int64_t epochs)
    : stream_(stream), epochs_(epochs), terminal_(::isatty(::fileno(stream)) != 0), start_(Clock::now()) {}

void Progress::begin_epoch(std::int64_t epoch, std::int64_t steps) {
  epoch_ = epoch;
  steps_ = steps;
  epoch_start_ = last_drawn_ = Clock::now();
}

std::string Progress::bar(double share) const {
  const auto filled = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * kBarWidth);
  return "[" + std::string(filled, '=') + std::string(kBarWidth - filled, ' ') + "]";
}

void Progress::step(std::int64_t done) {
  if (!terminal_ || Clock::now() - last_drawn_ < kRedraw) return;
  last_drawn_ = Clock::now();
  const double share = steps_ > 0 ? static_cast<double>(done) / static_cast<double>(steps_) : 0;
  std::string line = fmt::format("Epoch {}/{}  {}  {}", epoch_ + 1, epochs_, bar(share), done);
  if (steps_ > 0) line += fmt::format("/{} steps", steps_);
  fmt::print(stream_, "\r{}", line.substr(0, width_of(stream_) - 1));
  std::fflush(stream_);
}

void Progress::end_epoch(const std::vector<std::pair<std::string, double>>& logs, std::int64_t samples) {
  ++finished_;
  const double seconds = seconds_between(epoch_start_, Clock::now());
  const double rate = samples > 0 && seconds > 0 ? static_cast<double>(samples) / seconds : 0;
  const double left = seconds_between(start_, Clock::now()) / static_cast<double>(finished_) *
                      static_cast<double>(epochs_ - epoch_ - 1);
  std::string line;
  if (terminal_) {
    line = fmt::format("\rEpoch {:>{}}/{}", epoch_ + 1, std::to_string(epochs_).size(), epochs_);
    for (const auto& [name, value] : logs) line += "  " + value_text(name, value);
    if (rate > 0) line += fmt::format("  {:.0f} samples/s", rate);
    line += fmt::format("  {}", duration(seconds));
    if (epoch_ + 1 < epochs_) line += fmt::format("  left {}", duration(left));
    line.resize(std::max(line.size(), std::size_t{60}), ' ');
  } else {
    line = fmt::format("epoch={}/{}", epoch_ + 1, epochs_);
    for (const auto& [name, value] : logs) line += fmt::format(" {}={:.6g}", name, value);
    if (rate > 0) line += fmt::format(" samples_per_s={:.0f}", rate);
    line += fmt::format(" seconds={:.3f}", seconds);
  }
  fmt::print(stream_, "{}\n", line);
  std::fflush(stream_);
}

}  // namespace mltk
