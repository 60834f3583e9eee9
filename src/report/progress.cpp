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

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// "0.42 s", "2 min 05 s", "1 h 20 min".
std::string duration(double seconds) {
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  const auto whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

/// "12,345".
std::string grouped(double value) {
  std::string text = fmt::format("{:.0f}", value);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string bar(double share) {
  const auto filled = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * kBarWidth);
  return "  [" + std::string(filled, '=') + std::string(kBarWidth - filled, ' ') + "]";
}

std::string values_text(const Progress::Values& logs) {
  std::string text;
  for (const auto& [name, value] : logs) {
    if (name == "lr") {
      text += fmt::format("  lr {:.2g}", value);
    } else {
      text += fmt::format("  {} {:.4f}", name == "int8_accuracy" ? "int8" : name, value);
    }
  }
  return text;
}

double rate_of(std::int64_t samples, double seconds) {
  return samples > 0 && seconds > 0 ? static_cast<double>(samples) / seconds : 0;
}

}  // namespace

Progress::Progress(std::FILE* stream, std::int64_t epochs)
    : stream_(stream), epochs_(epochs), terminal_(::isatty(::fileno(stream)) != 0), start_(Clock::now()) {}

void Progress::begin_epoch(std::int64_t epoch, std::int64_t steps) {
  epoch_ = epoch;
  steps_ = steps;
  epoch_start_ = last_drawn_ = Clock::now();
}

double Progress::seconds_left(double share_of_epoch) const {
  const double done = static_cast<double>(finished_) + share_of_epoch;
  const double all = static_cast<double>(finished_ + epochs_ - epoch_);
  return done > 0 ? seconds_since(start_) / done * (all - done) : 0;
}

void Progress::draw(std::string line, bool finished) {
  const std::size_t width = line.size();
  line.resize(std::max(width, drawn_), ' ');
  fmt::print(stream_, "\r{}{}", line, finished ? "\n" : "");
  std::fflush(stream_);
  drawn_ = finished ? 0 : width;
}

void Progress::step(std::int64_t done, const Values& logs, std::int64_t samples) {
  if (!terminal_ || Clock::now() - last_drawn_ < kRedraw) return;
  last_drawn_ = Clock::now();
  std::string line = fmt::format("Epoch {:>{}}/{}", epoch_ + 1, std::to_string(epochs_).size(), epochs_);
  if (steps_ > 0) {
    line += bar(static_cast<double>(done) / static_cast<double>(steps_));
  } else {
    line += fmt::format("  {} steps", done);
  }
  line += values_text(logs);
  const double rate = rate_of(samples, seconds_since(epoch_start_));
  if (rate > 0) line += fmt::format("  {} samples/s", grouped(rate));
  if (steps_ > 0)
    line += fmt::format("  left {}", duration(seconds_left(static_cast<double>(done) / static_cast<double>(steps_))));
  // A line that wraps could not be replaced.
  draw(line.substr(0, width_of(stream_) - 1), false);
}

void Progress::end_epoch(const Values& logs, std::int64_t samples) {
  const double seconds = seconds_since(epoch_start_);
  const double rate = rate_of(samples, seconds);
  if (terminal_) {
    const std::string head = fmt::format("Epoch {:>{}}/{}", epoch_ + 1, std::to_string(epochs_).size(), epochs_);
    std::string tail = values_text(logs);
    if (rate > 0) tail += fmt::format("  {} samples/s", grouped(rate));
    tail += fmt::format("  {}", duration(seconds));
    if (epoch_ + 1 < epochs_) tail += fmt::format("  left {}", duration(seconds_left(1)));
    const bool bar_fits = head.size() + bar(1).size() + tail.size() < width_of(stream_);
    draw(head + (bar_fits ? bar(1) : "") + tail, true);
  } else {
    std::string line = fmt::format("epoch={}/{}", epoch_ + 1, epochs_);
    for (const auto& [name, value] : logs) line += fmt::format(" {}={:.6g}", name, value);
    if (rate > 0) line += fmt::format(" samples_per_s={:.0f}", rate);
    fmt::print(stream_, "{} seconds={:.3f}\n", line, seconds);
    std::fflush(stream_);
  }
  ++finished_;
}

}  // namespace mltk
