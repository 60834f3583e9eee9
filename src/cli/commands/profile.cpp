#include "interpreter/profile.h"

#include <chrono>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "cli/archive.h"
#include "cli/command.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
  bool build = false;
  std::string output;
  bool no_format = false;
  bool json = false;
  bool verbose = false;
};

/// "digits" of "path/digits.mltk.zip".
std::string name_of(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  return name.substr(0, name.find('.'));
}

int execute(const Options& options) {
  const TfliteFile file = read_tflite(options.model);
  const auto start = std::chrono::steady_clock::now();
  const ProfileReport report = profile(file.model, name_of(options.model), file.bytes);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (options.json) {
    fmt::print("{}\n", to_json(report).dump());
  } else if (options.output.empty()) {
    fmt::print("{}\nProfiling time: {:.6f} seconds\n", to_text(report, !options.no_format), seconds.count());
  } else {
    const auto base = std::filesystem::path(options.output) / "profiling_report-none-simulated";
    write_file(base.string() + ".txt", to_text(report, !options.no_format) + "\n");
    write_file(base.string() + ".json", to_report_json(report, !options.no_format).dump(2) + "\n");
  }
  return 0;
}

std::function<int()> declare(CLI::App& app, SpecificationHost& host) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "A trained specification, an archive or a .tflite file")->required();
  app.add_flag("--build,!--no-build", options->build,
               "Build and quantize the model first, without training it in full");
  app.add_option("-o,--output", options->output, "Write the report as text and JSON into this folder");
  app.add_flag("--no-format", options->no_format, "Print plain numbers instead of 36.9k");
  app.add_flag("--json", options->json, "Print one JSON object");
  app.add_flag("-v,--verbose", options->verbose, "Print details");
  return [options, &host] {
    const ModelKind kind = kind_of(options->model);
    if (kind == ModelKind::tflite || kind == ModelKind::archive) return execute(*options);
    if (kind == ModelKind::h5) {
      fail(ErrorKind::invalid_argument, "{}: a float model has no device figures; quantize it first: mltk quantize",
           options->model);
    }
    nlohmann::json arguments = {{"model", options->model},
                                {"build", options->build},
                                {"format_units", !options->no_format},
                                {"json", options->json}};
    if (!options->output.empty()) arguments["output"] = options->output;
    return host.run("profile", arguments);
  };
}

}  // namespace

extern const CommandDef profile_def = {
    "profile", "Look at a model", "What the model costs on a device: RAM, flash, MACs", "mltk profile digits", declare};

}  // namespace mltk::cli
