// The kernels of training steps beside what the processor can do: `mltk_time_kernels`, one thread.
//
// Writes a Markdown table: for the units of the five networks of benchmarks/README.md that take most of the time their
// GFLOP/s, GB/s and fraction of the roofline: the least time that arithmetic at the measured peak, or memory at the
// measured bandwidth, allows, over the time taken. Values of a phase stay in the second-level cache where they can, so
// a fraction above 1 says that a unit had its bytes there.

#include "micro/peak.h"
#include "networks.h"

namespace mltk::benchmarks {
namespace {

constexpr double kSmallestShare = 0.015;  ///< of a step, of the units in the table

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double peak_flops() {
  double best = 0;
  for (int i = 0; i < 20; ++i) {
    const Clock::time_point start = Clock::now();
    const double operations = multiply_add(200'000);
    best = std::max(best, operations / seconds_since(start));
  }
  return best;
}

/// Bytes read and written a second, of arrays of `floats` each.
double bandwidth(std::int64_t floats) {
  std::vector<float> x(static_cast<std::size_t>(floats), 1.0F);
  std::vector<float> y = x;
  std::vector<float> out = x;
  const std::int64_t times = std::max<std::int64_t>(1, 16'000'000 / floats);
  double best = 0;
  for (int i = 0; i < 10; ++i) {
    const Clock::time_point start = Clock::now();
    for (std::int64_t k = 0; k < times; ++k) add(x.data(), y.data(), out.data(), floats);
    best = std::max(best, 12.0 * static_cast<double>(floats * times) / seconds_since(start));
  }
  return best;
}

std::vector<UnitProfile> profile(const Network& network) {
  Job job(network, 1);
  job.milliseconds(0.2);
  job.trainer().start_profile();
  job.milliseconds(0.5);
  return job.trainer().profile();
}

void print_units(const std::string& name, const Network& network, double flops, double bytes) {
  std::vector<UnitProfile> units = profile(network);
  std::ranges::sort(units, std::greater(), &UnitProfile::seconds);
  double total = 0;
  for (const UnitProfile& unit : units) total += unit.seconds;
  for (const UnitProfile& unit : units) {
    if (unit.seconds < kSmallestShare * total) break;
    const double least = std::max(unit.flops / flops, unit.bytes / bytes);
    fmt::print("| {} | {} | {} | {:.3f} | {:.0f} | {:.0f} | {:.2f} |\n", name, unit.layer, unit.operation,
               unit.seconds * 1e3, unit.flops / unit.seconds * 1e-9, unit.bytes / unit.seconds * 1e-9,
               least / unit.seconds);
  }
}

void run() {
  const double flops = peak_flops();
  const double bytes = bandwidth(1 << 20);
  fmt::print("Peak {:.0f} GFLOP/s; {:.0f} GB/s with arrays of 4 MiB, {:.0f} with 64 KiB, {:.0f} with 32 MiB\n\n",
             flops * 1e-9, bytes * 1e-9, bandwidth(1 << 14) * 1e-9, bandwidth(1 << 23) * 1e-9);
  fmt::print("| network | layer | operators | ms | GFLOP/s | GB/s | fraction |\n|---|---|---|---|---|---|---|\n");
  for (const auto& [name, network] : networks()) print_units(name, network, flops, bytes);
}

}  // namespace
}  // namespace mltk::benchmarks

int main() {
  try {
    mltk::benchmarks::run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
