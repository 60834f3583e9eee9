#include "cli/command.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
  bool tflite = false;
  bool build = false;
  std::string host;
  int port = 0;
  std::string output;
  bool show = true;
  bool verbose = false;
};

std::function<int()> declare(CLI::App& app, SpecificationHost& host) {
  constexpr int kLastPort = 65535;
  auto options = std::make_shared<Options>();
  app.set_help_flag("--help", "Print this help message and exit");  // -h is the host, as in MLTK
  app.add_option("model", options->model, "A specification, an archive, a .tflite or an .h5 file")->required();
  app.add_flag("--tflite", options->tflite, "Show the quantized model");
  app.add_flag("-b,--build", options->build,
               "Build the model from its specification instead of reading the trained one");
  app.add_option("-h,--host", options->host, "Serve the page at this address until Ctrl-C, for a browser elsewhere");
  app.add_option("-p,--port", options->port, "Serve the page at this port until Ctrl-C (default with --host: 8080)")
      ->check(CLI::Range(1, kLastPort));
  app.add_option("-o,--output", options->output, "Write the page to this file instead of the log folder");
  app.add_flag("--show,!--no-show", options->show, "Open the page in the browser (default)");
  app.add_flag("-v,--verbose", options->verbose, "Print details");
  return [options, &host] {
    nlohmann::json arguments = {{"model", options->model},
                                {"tflite", options->tflite},
                                {"build", options->build},
                                {"show", options->show},
                                {"verbose", options->verbose}};
    if (!options->host.empty()) arguments["host"] = options->host;
    if (options->port > 0) arguments["port"] = options->port;
    if (!options->output.empty()) arguments["output"] = options->output;
    return host.run("view", arguments);
  };
}

}  // namespace

extern const CommandDef view_def = {"view", "Look at a model", "Show the graph of a model in the browser",
                                    "mltk view digits --tflite", declare};

}  // namespace mltk::cli
