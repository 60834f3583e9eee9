#include <fmt/args.h>

#include "train/callbacks/monitor.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"filepath",       "monitor",           "verbose",
                                           "save_best_only", "save_weights_only", "mode",
                                           "save_freq",      "options",           "initial_value_threshold"};

bool larger_is_better(std::string_view name) {
  return name.find("acc") != std::string_view::npos || name.starts_with("fmeasure");
}

/// The names between braces of a Python format string: "weights-{epoch:03d}-{val_accuracy:.4f}.h5".
std::vector<std::string> names_in(std::string_view pattern) {
  std::vector<std::string> names;
  for (std::size_t at = pattern.find('{'); at != std::string_view::npos; at = pattern.find('{', at + 1)) {
    const std::size_t end = pattern.find_first_of(":}", at);
    if (end != std::string_view::npos) names.emplace_back(pattern.substr(at + 1, end - at - 1));
  }
  return names;
}

/// Fill in `epoch` (from 1) and logs.
std::string format_path(std::string_view pattern, std::int64_t epoch, const Logs& logs) {
  fmt::dynamic_format_arg_store<fmt::format_context> arguments;
  arguments.push_back(fmt::arg("epoch", epoch));
  for (const auto& [name, value] : logs) arguments.push_back(fmt::arg(name.c_str(), value));
  try {
    return fmt::vformat(pattern, arguments);
  } catch (const fmt::format_error& error) {
    fail(ErrorKind::invalid_argument, "ModelCheckpoint: cannot fill in the file name '{}': {}", pattern, error.what());
  }
}

class ModelCheckpoint : public Callback {
 public:
  explicit ModelCheckpoint(const nlohmann::json& arguments)
      : pattern_(get_or<std::string>(arguments, "filepath", "")),
        monitor_(arguments, larger_is_better(Monitor::name_of(arguments))),
        best_only_(get_or<bool>(arguments, "save_best_only", false)),
        weights_only_(get_or<bool>(arguments, "save_weights_only", false)),
        best_(get_or<double>(arguments, "initial_value_threshold", monitor_.worst())) {
    if (pattern_.empty()) fail(ErrorKind::invalid_argument, "ModelCheckpoint needs a filepath");
    const auto freq = arguments.find("save_freq");
    if (freq != arguments.end() && !freq->is_null() && *freq != "epoch") {
      fail(ErrorKind::unsupported, "ModelCheckpoint: save_freq is {}; only 'epoch' is supported", freq->dump());
    }
  }

  std::vector<std::string> monitored() const override {
    std::vector<std::string> names;
    for (std::string& name : names_in(pattern_)) {
      if (name != "epoch") names.push_back(std::move(name));
    }
    if (best_only_) names.push_back(monitor_.name());
    return names;
  }

  void on_epoch_end(FitContext& context, std::int64_t epoch, Logs& logs) override {
    const std::string path = format_path(pattern_, epoch + 1, logs);
    if (best_only_) {
      const double* value = find_log(logs, monitor_.name());
      if (value == nullptr || !monitor_.improves(*value, best_)) return;
      best_ = *value;
    }
    if (weights_only_) {
      context.model.save_weights(path);
    } else {
      context.model.save(path);
    }
  }

  nlohmann::json state() const override { return {{"best", number_to_json(best_)}}; }
  void set_state(const nlohmann::json& state) override { best_ = number_from_json(state.at("best")); }

 private:
  std::string pattern_;
  Monitor monitor_;
  bool best_only_;
  bool weights_only_;
  double best_;
};

std::unique_ptr<Callback> make(const nlohmann::json& arguments) { return std::make_unique<ModelCheckpoint>(arguments); }

}  // namespace

extern const CallbackDef model_checkpoint_def;
const CallbackDef model_checkpoint_def = {"ModelCheckpoint", kArguments, make};

}  // namespace mltk
