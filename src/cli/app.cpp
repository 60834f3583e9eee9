#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/version.h"

namespace mltk::cli {
namespace {

constexpr int kError = 1;
constexpr int kUsage = 2;

struct AbsentCommand {
  std::string_view name;
  std::string_view reason;
};

/// Commands of MLTK 0.20 that are not here, and why.
constexpr AbsentCommand kAbsent[] = {
    {"build", "builds MLTK's own wrappers; `make build` in a checkout builds this program"},
    {"commander", "drives Silicon Labs' boards through a program of theirs"},
    {"compile",
     "no accelerator that MLTK ships compiles models; `mltk profile --target NAME` checks that one fits a board"},
    {"fingerprint_reader", "reads a sensor on a board of Silicon Labs"},
    {"program_app", "writes Silicon Labs' demo applications to their boards"},
    {"tensorboard",
     "starts TensorBoard; install that, and run: tensorboard --logdir LOG_DIR/train/tensorboard. "
     "report.html in the log folder has the same curves"},
    {"utest", "runs MLTK's own tests; `make test` in a checkout runs those of this program"},
    {"view_audio",
     "opens a window with spectrograms while settings change; `mltk view_samples SPEC` writes a page of them"},
};

/// Say that there is no such command, what MLTK's command of that name does, or which is close to it.
void print_unknown_command(const std::string& name) {
  if (const auto* absent = std::ranges::find(kAbsent, name, &AbsentCommand::name); absent != std::end(kAbsent)) {
    fmt::print(stderr, "error: there is no command '{}' here: MLTK's {}\n", name, absent->reason);
    return;
  }
  std::vector<std::string> names;
  for (const CommandDef* command : command_table()) names.emplace_back(command->name);
  const auto close = close_matches(name, names);
  fmt::print(stderr, "error: there is no command '{}'; {} {}\n", name,
             close.empty() ? "the commands are" : "did you mean", fmt::join(close.empty() ? names : close, ", "));
}

/// The page of a bare `mltk`: commands in groups, one line each, and what to type first.
class Formatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    if (app->get_parent() != nullptr) return CLI::Formatter::make_help(app, std::move(name), mode);
    std::string text =
        fmt::format("mltk {}: machine learning for microcontrollers\n\nUsage: mltk COMMAND [OPTIONS]\n", kVersion);
    std::string_view group;
    for (const CommandDef* command : command_table()) {
      if (command->group != group) text += fmt::format("\n{}:\n", command->group);
      group = command->group;
      text += fmt::format("  {:<14}{}\n", command->name, command->summary);
    }
    text += "\nExamples:\n";
    for (const CommandDef* command : command_table()) {
      if (!command->example.empty()) text += fmt::format("  {}\n", command->example);
    }
    text +=
        "\nA model is a specification (digits or path/digits.py), an archive (digits.mltk.zip), a .tflite, a .keras or "
        "an .h5 "
        "file.\n`mltk COMMAND --help` lists the options of a command.\n";
    return text;
  }
};

}  // namespace

ModelKind kind_of(std::string_view model) {
  if (model.ends_with(".tflite")) return ModelKind::tflite;
  if (model.ends_with(".h5") || model.ends_with(".keras")) return ModelKind::keras;
  if (model.ends_with(".mltk.zip")) return ModelKind::archive;
  return ModelKind::specification;
}

void add_threads_option(CLI::App& app) {
  app.add_option_function<int>(
         "--threads", [](int threads) { ::setenv("MLTK_NUM_THREADS", std::to_string(threads).c_str(), 1); },
         "Number of threads; any number gives the same bytes (default: MLTK_NUM_THREADS, else one per processor)")
      ->check(CLI::Range(1, 1024));
}

int run(std::vector<std::string> arguments, SpecificationHost& host) {
  CLI::App app("Machine learning for microcontrollers", "mltk");
  app.formatter(std::make_shared<Formatter>());
  app.set_version_flag("--version", std::string(kVersion), "Print the version");
  app.require_subcommand(0, 1);

  std::function<int()> action;
  for (const CommandDef* command : command_table()) {
    CLI::App* sub = app.add_subcommand(std::string(command->name), std::string(command->summary));
    if (!command->example.empty()) sub->footer(fmt::format("Example:\n  {}", command->example));
    sub->callback([&action, run_command = command->declare(*sub, host)] { action = run_command; });
  }

  if (!arguments.empty() && !arguments[0].starts_with('-') &&
      std::ranges::find(command_table(), arguments[0], &CommandDef::name) == command_table().end()) {
    print_unknown_command(arguments[0]);
    return kUsage;
  }

  try {
    std::ranges::reverse(arguments);  // CLI11 takes them from the back
    app.parse(arguments);
    if (!action) {
      fmt::print("{}", app.help());
      return 0;
    }
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : kUsage;
  }

  try {
    return action();
  } catch (const std::exception& error) {
    std::fflush(stdout);
    fmt::print(stderr, "error: {}\n", error.what());
    return kError;
  }
}

}  // namespace mltk::cli
