#include "train/profile.h"

#include <algorithm>

#include "base/error.h"

namespace mltk {
namespace {

constexpr std::size_t kMostLines = 30;

std::string unit_line(const UnitProfile& unit, double total) {
  return fmt::format("{:9.4f} {:5.1f}% {:8.1f} {:7.1f}  {}: {}\n", unit.seconds * 1e3, 100 * unit.seconds / total,
                     unit.flops / unit.seconds * 1e-9, unit.bytes / unit.seconds * 1e-9, unit.layer, unit.operation);
}

/// What an epoch would have to do less of to be shorter.
std::string_view limit_of(const FitProfile& profile) {
  const double rest = profile.total_seconds - profile.data_seconds - profile.step_seconds;
  if (profile.step_seconds >= std::max(profile.data_seconds, rest)) return "compute";
  return profile.data_seconds >= rest ? "data and augmentation" : "validation, callbacks and files";
}

}  // namespace

std::string profile_text(const Trainer& trainer, const FitProfile& profile) {
  std::vector<UnitProfile> units = trainer.profile();
  std::erase_if(units, [](const UnitProfile& unit) { return unit.seconds <= 0; });
  std::ranges::sort(units, std::greater(), &UnitProfile::seconds);
  double total = 0;
  for (const UnitProfile& unit : units) total += unit.seconds;

  std::string text = fmt::format("Profile of {} steps on {} threads; milliseconds of all threads in one step\n",
                                 profile.steps, trainer.pool().size());
  text += fmt::format("{:>9s} {:>6s} {:>8s} {:>7s}  unit\n", "ms", "share", "GFLOP/s", "GB/s");
  for (const UnitProfile& unit : std::span(units).first(std::min(units.size(), kMostLines))) {
    text += unit_line(unit, total);
  }
  if (units.size() > kMostLines) {
    double rest = 0;
    for (const UnitProfile& unit : std::span(units).subspan(kMostLines)) rest += unit.seconds;
    text += fmt::format("{:9.4f} {:5.1f}%                   {} more units\n", rest * 1e3, 100 * rest / total,
                        units.size() - kMostLines);
  }
  const double whole = std::max(profile.total_seconds, 1e-9);
  return text + fmt::format(
                    "Time of the run: {:.1f}% steps, {:.1f}% waiting for data and augmentation, {:.1f}% the rest. "
                    "What limits it: {}\n",
                    100 * profile.step_seconds / whole, 100 * profile.data_seconds / whole,
                    100 * (whole - profile.step_seconds - profile.data_seconds) / whole, limit_of(profile));
}

}  // namespace mltk
