// Times training steps of the five networks of benchmarks/README.md: `mltk_time_train_step [--profile]`.
//
// Reads "<network> <threads> <seconds>" from each line of stdin, trains on one batch of random samples in memory for so
// long, and writes the median and the least of the milliseconds of a step. With --profile the units of a step that take
// most of the time follow on stderr.

#include <iostream>
#include <sstream>

#include "networks.h"

namespace mltk {
namespace {

using benchmarks::Job;
using benchmarks::networks;

void print_profile(Job& job) {
  job.trainer().start_profile();
  for (int i = 0; i < 20; ++i) job.milliseconds_of_step();
  std::vector<UnitProfile> units = job.trainer().profile();
  std::ranges::sort(units, std::greater(), &UnitProfile::seconds);
  double total = 0;
  for (const UnitProfile& unit : units) total += unit.seconds;
  fmt::print(stderr, "{} units, {:.3f} ms of all threads\n", units.size(), total * 1e3);
  for (const UnitProfile& unit : std::span(units).first(std::min<std::size_t>(units.size(), 40))) {
    fmt::print(stderr, "{:7.3f} ms {:6.1f} GFLOP/s {:6.1f} GB/s  {}: {}\n", unit.seconds * 1e3,
               unit.flops / unit.seconds * 1e-9, unit.bytes / unit.seconds * 1e-9, unit.layer, unit.operation);
  }
}

int run(bool profile) {
  std::map<std::string, Job> jobs;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string name;
    int threads = 0;
    double seconds = 0;
    words >> name >> threads >> seconds;
    const auto network = networks().find(name);
    if (network == networks().end() || threads < 1) fail(ErrorKind::invalid_argument, "'{}': expected N1 to N5", line);
    const auto job = jobs.try_emplace(fmt::format("{} {}", name, threads), network->second, threads).first;
    const auto [median, fastest] = job->second.milliseconds(seconds);
    fmt::print("{:.4f} {:.4f}\n", median, fastest);
    std::fflush(stdout);
    if (profile) print_profile(job->second);
  }
  return 0;
}

}  // namespace
}  // namespace mltk

int main(int argc, char** argv) {
  try {
    return mltk::run(argc == 2 && std::string_view(argv[1]) == "--profile");
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
