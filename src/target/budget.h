#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/profile.h"
#include "target/target.h"

namespace mltk {

/// An estimate of one inference's time.
struct Latency {
  std::string library;
  double seconds = 0;
  int error_percent = 0;
  std::vector<double> layer_seconds;   ///< of each layer
  std::vector<std::string> not_timed;  ///< layers without a measurement, "op3-mean"; not part of `seconds`
};

/// What a model takes of a target.
struct Budget {
  Target target;
  std::optional<std::int64_t> ram_used;  ///< arena; none when an operator cannot run
  std::int64_t flash_used = 0;           ///< the model; the program around it is not counted
  std::vector<Latency> latencies;        ///< one for each of the target's fits
  std::vector<std::string> problems;     ///< why the model cannot run there, each with layer and remedy

  bool fits() const { return problems.empty(); }
};

/// Throws nothing for a model that cannot run: `problems` tells.
Budget budget_of(const ProfileReport& report, const Target& target);

/// Throws Error(unsupported) that names the model, the layers and the remedies when there are problems.
void require_fit(const ProfileReport& report, const Budget& budget);

/// RAM, flash and latency, in all and by layer.
std::string to_text(const ProfileReport& report, const Budget& budget);
/// The "target" of `mltk profile --json`.
nlohmann::ordered_json to_json(const Budget& budget);

}  // namespace mltk
