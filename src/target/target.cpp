#include "target/target.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "target/data.h"

namespace mltk {
namespace {

using Json = nlohmann::json;

/// The target's own results with a library: a core is fitted as a whole, but only measured boards have a latency.
std::vector<std::string> sources_of(const Json& data, const std::string& target, const Json& library) {
  std::vector<std::string> sources;
  for (const Json& row : data.at("measurements")) {
    if (row.at("target") != target || row.at("library") != library.at("id")) continue;
    sources.push_back(fmt::format("{}, {} ({})", row.at("repository").get_ref<const std::string&>(),
                                  row.at("path").get_ref<const std::string&>(),
                                  row.at("software").get_ref<const std::string&>()));
  }
  return sources;
}

LatencyFit fit_of(const Json& data, const Json& fit, const Json& library, std::vector<std::string> sources) {
  LatencyFit result{.library = library.at("name"), .error_percent = fit.at("error_percent")};
  for (const Json& kind : data.at("layer_kinds")) {
    const double cycles = fit.at("cycles_per_mac").value(kind.at("id").get_ref<const std::string&>(), 0.0);
    for (const Json& opcode : kind.at("opcodes")) result.cycles_per_mac[opcode.get<std::string>()] = cycles;
  }
  result.sources = std::move(sources);
  return result;
}

std::vector<LatencyFit> fits_of(const Json& data, const Target& target) {
  std::vector<LatencyFit> fits;
  for (const Json& library : data.at("libraries")) {
    std::vector<std::string> sources = sources_of(data, target.name, library);
    if (sources.empty()) continue;
    for (const Json& fit : data.at("fits")) {
      if (fit.at("core") != target.core || fit.at("library") != library.at("id")) continue;
      fits.push_back(fit_of(data, fit, library, std::move(sources)));
      break;
    }
  }
  return fits;
}

tflite::DeviceKernels kernels_of_core(const Json& data, const std::string& name) {
  for (const Json& core : data.at("cores")) {
    if (core.at("id") == name) return tflite::device_kernels(core.at("cmsis_nn").get_ref<const std::string&>());
  }
  fail(ErrorKind::internal, "targets.json: there is no core '{}'", name);
}

std::vector<Target> read_targets() {
  const Json data = Json::parse(assets::kTargets);
  std::vector<Target> targets;
  for (const Json& entry : data.at("targets")) {
    Target target{.name = entry.at("name"),
                  .core = entry.at("core"),
                  .clock_hz = entry.at("clock_hz"),
                  .ram_bytes = entry.at("ram_bytes"),
                  .flash_bytes = entry.at("flash_bytes"),
                  .memory_source = entry.at("memory_source")};
    target.kernels = kernels_of_core(data, target.core);
    target.fits = fits_of(data, target);
    if (target.fits.empty()) target.no_latency = entry.value("no_latency", "no results were published for it");
    targets.push_back(std::move(target));
  }
  return targets;
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

std::span<const Target> targets() {
  static const std::vector<Target> all = read_targets();
  return all;
}

const Target& find_target(std::string_view name) {
  std::vector<std::string> names;
  for (const Target& target : targets()) {
    if (lower_case(target.name) == lower_case(name)) return target;
    names.push_back(target.name);
  }
  const auto close = close_matches(name, names);
  const std::string hint = close.empty() ? "" : fmt::format(" Did you mean {}?", fmt::join(close, ", "));
  fail(ErrorKind::invalid_argument, "there is no target '{}'.{} The targets are {}", name, hint,
       fmt::join(names, ", "));
}

tflite::DeviceKernels kernels_of(std::string_view name, const Target* target) {
  if (!name.empty()) return tflite::device_kernels(name);
  return target != nullptr ? target->kernels : tflite::DeviceKernels::reference;
}

std::string targets_text() {
  TextTable table({"Name", "Core", "Clock", "RAM", "Flash", "Latency from"});
  for (const Target& target : targets()) {
    std::string libraries;
    for (const LatencyFit& fit : target.fits) {
      libraries += fmt::format("{}{}, +-{} %", libraries.empty() ? "" : "\n", fit.library, fit.error_percent);
    }
    table.add_row({target.name, target.core, fmt::format("{} MHz", target.clock_hz / 1'000'000),
                   fmt::format("{} KiB", target.ram_bytes / 1024), fmt::format("{} KiB", target.flash_bytes / 1024),
                   libraries.empty() ? "none: " + target.no_latency : libraries});
  }
  return table.str();
}

}  // namespace mltk
