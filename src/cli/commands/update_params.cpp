#include "cli/command.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
  std::vector<std::string> params;
  std::string params_file;
  std::string description;
  std::string output;
  bool verbose = false;
};

std::function<int()> declare(CLI::App& app, SpecificationHost& host) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "A trained specification, an archive or a .tflite")->required();
  app.add_option("values", options->params, "KEY=VALUE: a parameter to store");
  app.add_option("-p,--params", options->params_file, "A .json or .yaml file of parameters")->check(CLI::ExistingFile);
  app.add_option("--description", options->description, ".tflite: its new description");
  app.add_option("-o,--output", options->output, "The .tflite file to write, or a folder for it");
  app.add_flag("-v,--verbose", options->verbose, "Print details");
  return [options, &host] {
    nlohmann::json arguments = {{"model", options->model}, {"params", options->params}, {"verbose", options->verbose}};
    if (!options->params_file.empty()) arguments["params_file"] = options->params_file;
    if (!options->description.empty()) arguments["description"] = options->description;
    if (!options->output.empty()) arguments["output"] = options->output;
    return host.run("update_params", arguments);
  };
}

}  // namespace

extern const CommandDef update_params_def = {"update_params", "Make a model",
                                             "Change the parameters that a .tflite carries",
                                             "mltk update_params digits.tflite detection_threshold=200", declare};

}  // namespace mltk::cli
