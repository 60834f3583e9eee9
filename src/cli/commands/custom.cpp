#include <fmt/format.h>

#include "cli/command.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
};

std::function<int()> declare(CLI::App& app, SpecificationHost& host) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "Specification (name or .py) that registers commands on my_model.cli");
  app.footer(
      "`mltk custom SPEC --help` lists the commands of a specification, `mltk custom SPEC COMMAND --help` its "
      "options.");
  // Everything behind the model, --help included, belongs to the specification's own commands.
  app.prefix_command();
  app.set_help_flag();
  return [options, &app, &host] {
    if (options->model.empty()) {
      constexpr int kUsage = 2;
      fmt::print("{}", app.help("mltk"));
      return app.remaining().empty() ? kUsage : 0;
    }
    return host.run("custom", {{"model", options->model}, {"arguments", app.remaining()}});
  };
}

}  // namespace

extern const CommandDef custom_def = {"custom", "Look at a model", "Run a command that the specification defines", "",
                                      declare};

}  // namespace mltk::cli
