#include "cli/command.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
  std::int64_t epoch = 0;
  std::int64_t count = 32;
  std::string subset = "training";
  std::string output;
  bool show = false;
  bool verbose = false;
};

std::function<int()> declare(CLI::App& app, SpecificationHost& host) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "Specification: a name or a .py file")->required();
  app.add_option("-e,--epoch", options->epoch, "Epoch whose order and augmentation are shown; the first is 0")
      ->check(CLI::NonNegativeNumber);
  app.add_option("-n,--count", options->count, "Number of samples")->check(CLI::PositiveNumber);
  app.add_option("--subset", options->subset, "training or validation")
      ->check(CLI::IsMember({"training", "validation"}));
  app.add_option("-o,--output", options->output, "Write the page to this file instead of the log folder");
  app.add_flag("--show,!--no-show", options->show, "Open the page");
  app.add_flag("-v,--verbose", options->verbose, "Print details");
  return [options, &host] {
    nlohmann::json arguments = {
        {"model", options->model},   {"epoch", options->epoch}, {"count", options->count},
        {"subset", options->subset}, {"show", options->show},   {"verbose", options->verbose},
    };
    if (!options->output.empty()) arguments["output"] = options->output;
    return host.run("view_samples", arguments);
  };
}

}  // namespace

extern const CommandDef view_samples_def = {"view_samples", "Look at a model",
                                            "Write a page with the samples as the network sees them",
                                            "mltk view_samples digits --epoch 3 --count 20", declare};

}  // namespace mltk::cli
