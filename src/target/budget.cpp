#include "target/budget.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/format.h"

namespace mltk {
namespace {

std::string name_of(const LayerProfile& layer) { return fmt::format("op{}-{}", layer.index, layer.opcode); }

/// The measured models are int8 throughout.
bool is_timed(const LayerProfile& layer, const LatencyFit& fit) {
  return fit.cycles_per_mac.contains(layer.opcode) && !layer.inputs.empty() &&
         layer.inputs[0].type == tflite::TensorType::int8;
}

Latency latency_of(const ProfileReport& report, const Target& target, const LatencyFit& fit) {
  Latency latency{.library = fit.library, .error_percent = fit.error_percent};
  for (const LayerProfile& layer : report.layers) {
    double seconds = 0;
    if (is_timed(layer, fit)) {
      seconds =
          static_cast<double>(layer.macs) * fit.cycles_per_mac.at(layer.opcode) / static_cast<double>(target.clock_hz);
    } else {
      latency.not_timed.push_back(name_of(layer));
    }
    latency.layer_seconds.push_back(seconds);
    latency.seconds += seconds;
  }
  return latency;
}

/// Targets of the list that have at least so many bytes.
template <class Member>
std::string larger_targets(Member bytes, std::int64_t needed) {
  std::vector<std::string> names;
  for (const Target& target : targets()) {
    if (target.*bytes >= needed) names.push_back(target.name);
  }
  if (names.empty()) return "no target of the list has that much";
  return fmt::format("targets with enough: {}", fmt::join(names, ", "));
}

/// "'input' 1x96x96x3 int8 (27648 bytes)" of what is in memory while the operator runs, the largest first.
std::string tensors_at(const ProfileReport& report, std::size_t layer) {
  std::vector<ArenaTensor> live;
  for (const ArenaTensor& tensor : report.arena_tensors) {
    if (tensor.first <= layer && layer <= tensor.last) live.push_back(tensor);
  }
  std::ranges::stable_sort(live, std::ranges::greater(), &ArenaTensor::bytes);
  std::vector<std::string> texts;
  for (const ArenaTensor& tensor : live) texts.push_back(fmt::format("'{}' ({} bytes)", tensor.name, tensor.bytes));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string ram_problem(const ProfileReport& report, const Target& target, std::int64_t used) {
  const auto peak = std::ranges::max_element(report.layers, {}, &LayerProfile::ram_bytes);
  return fmt::format(
      "it needs {} bytes of RAM, {} has {}. The peak is at {}, where {} are in memory. {}; {}", used, target.name,
      target.ram_bytes, name_of(*peak), tensors_at(report, peak->index),
      peak->opcode == "quantize"
          ? "Give the model an int8 input (inference_input_type) or a smaller one"
          : "Make the tensors of this layer smaller (a smaller input, fewer filters, an earlier stride of 2)",
      larger_targets(&Target::ram_bytes, used));
}

std::string flash_problem(const ProfileReport& report, const Target& target) {
  const auto largest = std::ranges::max_element(report.layers, {}, &LayerProfile::flash_bytes);
  return fmt::format(
      "it needs {} bytes of flash, {} has {}. Its largest layer is {} with {} bytes of constants. Give this layer "
      "fewer "
      "units or filters, or a smaller input; {}",
      report.flash_bytes, target.name, target.flash_bytes, name_of(*largest), largest->flash_bytes,
      larger_targets(&Target::flash_bytes, report.flash_bytes));
}

std::string milliseconds(double seconds) { return fmt::format("{:.3g} ms", 1e3 * seconds); }

std::string share(std::int64_t used, std::int64_t there) {
  return fmt::format("{} of {} bytes ({:.0f} %)", used, there,
                     100 * static_cast<double>(used) / static_cast<double>(there));
}

std::string latency_lines(const Budget& budget) {
  if (budget.latencies.empty()) {
    const std::string& why = budget.target.no_latency;
    return fmt::format("Latency: unknown, {}\n", why.empty() ? "an operator cannot run" : why);
  }
  std::string text;
  for (const Latency& latency : budget.latencies) {
    text += fmt::format("Latency: {} +-{} % with {}", milliseconds(latency.seconds), latency.error_percent,
                        latency.library);
    if (!latency.not_timed.empty()) {
      text += fmt::format(", without {} (not measured)", fmt::join(latency.not_timed, ", "));
    }
    text += "\n";
  }
  return text;
}

}  // namespace

Budget budget_of(const ProfileReport& report, const Target& target) {
  Budget budget{.target = target, .flash_used = report.flash_bytes};
  for (const LayerProfile& layer : report.layers) {
    if (layer.error.empty()) continue;
    budget.problems.push_back(fmt::format("{} cannot run: {}", name_of(layer), layer.error));
  }
  if (report.arena_32) {
    budget.ram_used = report.arena_32->minimum;
    if (*budget.ram_used > target.ram_bytes) budget.problems.push_back(ram_problem(report, target, *budget.ram_used));
    for (const LatencyFit& fit : target.fits) budget.latencies.push_back(latency_of(report, target, fit));
  }
  if (report.flash_bytes > target.flash_bytes) budget.problems.push_back(flash_problem(report, target));
  return budget;
}

void require_fit(const ProfileReport& report, const Budget& budget) {
  if (budget.fits()) return;
  fail(ErrorKind::unsupported, "{} cannot run on {}: {}", report.name, budget.target.name,
       fmt::join(budget.problems, "\n  "));
}

std::string to_text(const ProfileReport& report, const Budget& budget) {
  const Target& target = budget.target;
  std::string text =
      fmt::format("Target\nName: {}\nCore: {}, {} MHz\n", target.name, target.core, target.clock_hz / 1'000'000);
  text +=
      fmt::format("RAM: {} with {} kernels\n", budget.ram_used ? share(*budget.ram_used, target.ram_bytes) : "unknown",
                  to_string(report.kernels));
  text += fmt::format("Flash: {}, without the program\n", share(budget.flash_used, target.flash_bytes));
  text += fmt::format("Memory of: {}\n", target.memory_source);
  text += latency_lines(budget);

  TextTable table({"Index", "OpCode", "RAM (bytes)", "Flash (bytes)", "Latency"});
  for (const LayerProfile& layer : report.layers) {
    const double seconds = budget.latencies.empty() ? 0 : budget.latencies[0].layer_seconds[layer.index];
    table.add_row({fmt::format("{}", layer.index), layer.opcode, fmt::format("{}", layer.ram_bytes),
                   fmt::format("{}", layer.flash_bytes), seconds > 0 ? milliseconds(seconds) : "-"});
  }
  return text + "\nTarget Layers\n" + table.str() + "\n";
}

nlohmann::ordered_json to_json(const Budget& budget) {
  const Target& target = budget.target;
  nlohmann::ordered_json json = {{"name", target.name},
                                 {"core", target.core},
                                 {"clock_hz", target.clock_hz},
                                 {"ram_bytes", target.ram_bytes},
                                 {"ram_used_bytes", nullptr},
                                 {"flash_bytes", target.flash_bytes},
                                 {"flash_used_bytes", budget.flash_used},
                                 {"memory_source", target.memory_source},
                                 {"fits", budget.fits()},
                                 {"problems", budget.problems},
                                 {"latencies", nlohmann::ordered_json::array()},
                                 {"no_latency", nullptr}};
  if (budget.ram_used) json["ram_used_bytes"] = *budget.ram_used;
  if (target.fits.empty()) json["no_latency"] = target.no_latency;
  for (std::size_t i = 0; i < budget.latencies.size(); ++i) {
    const Latency& latency = budget.latencies[i];
    json["latencies"].push_back({{"library", latency.library},
                                 {"seconds", latency.seconds},
                                 {"error_percent", latency.error_percent},
                                 {"layer_seconds", latency.layer_seconds},
                                 {"not_timed", latency.not_timed},
                                 {"sources", target.fits[i].sources}});
  }
  return json;
}

}  // namespace mltk
