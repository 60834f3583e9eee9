#include "interpreter/profile.h"

#include <chrono>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "cli/archive.h"
#include "cli/command.h"
#include "report/html.h"
#include "target/budget.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
  bool build = false;
  std::string target;
  std::string kernels;
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

nlohmann::ordered_json json_of(const ProfileReport& report, const std::optional<Budget>& budget) {
  auto json = to_json(report);
  if (budget) json["target"] = to_json(*budget);
  return json;
}

std::string page_of(const ProfileReport& report, const std::optional<Budget>& budget) {
  auto json = json_of(report, budget);
  nlohmann::ordered_json page = {{"name", report.name}, {"arena", std::move(json["arena_tensors"])}};
  json.erase("arena_tensors");
  page["profile"] = std::move(json);
  return html_report(page);
}

void write_folder(const Options& options, const ProfileReport& report, const std::optional<Budget>& budget,
                  const std::string& text) {
  const auto base = std::filesystem::path(options.output) / "profiling_report-none-simulated";
  auto json = to_report_json(report, !options.no_format);
  if (budget) json["target"] = to_json(*budget);
  write_file(base.string() + ".txt", text);
  write_file(base.string() + ".json", json.dump(2) + "\n");
  write_file(base.string() + ".html", page_of(report, budget));
}

int execute(const Options& options) {
  const Target* target = options.target.empty() ? nullptr : &find_target(options.target);
  const tflite::DeviceKernels kernels = kernels_of(options.kernels, target);
  const TfliteFile file = read_tflite(options.model);
  const auto start = std::chrono::steady_clock::now();
  const ProfileReport report = profile(file.model, name_of(options.model), file.bytes, kernels);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::optional<Budget> budget;
  if (target != nullptr) budget = budget_of(report, *target);
  std::string text = to_text(report, !options.no_format) + "\n";
  if (budget) text += to_text(report, *budget) + "\n";
  if (options.json) {
    fmt::print("{}\n", json_of(report, budget).dump());
  } else if (options.output.empty()) {
    fmt::print("{}Profiling time: {:.6f} seconds\n", text, seconds.count());
  } else {
    write_folder(options, report, budget, text);
  }
  if (budget) require_fit(report, *budget);
  return 0;
}

std::function<int()> declare(CLI::App& app, SpecificationHost& host) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "A trained specification, an archive or a .tflite file")->required();
  app.add_flag("--build,!--no-build", options->build,
               "Build and quantize the model first, without training it in full");
  app.add_option("--target", options->target,
                 "Compare with this board's RAM and flash and estimate the latency; fails when the model cannot run");
  app.add_option("--kernels", options->kernels,
                 "Whose memory to count: reference, cmsis-nn, cmsis-nn-c (no DSP extension), cmsis-nn-mve; default "
                 "reference, with --target CMSIS-NN");
  app.add_flag_callback(
         "--targets",
         [] {
           fmt::print("{}\n", targets_text());
           throw CLI::Success();
         },
         "List the boards of --target")
      ->trigger_on_parse();
  app.add_option("-o,--output", options->output, "Write the report as text, JSON and HTML into this folder");
  app.add_flag("--no-format", options->no_format, "Print plain numbers instead of 36.9k");
  app.add_flag("--json", options->json, "Print one JSON object");
  app.add_flag("-v,--verbose", options->verbose, "Print details");
  return [options, &host] {
    const ModelKind kind = kind_of(options->model);
    if (kind == ModelKind::tflite || kind == ModelKind::archive) return execute(*options);
    if (kind == ModelKind::keras) {
      fail(ErrorKind::invalid_argument, "{}: a float model has no device figures; quantize it first: mltk quantize",
           options->model);
    }
    nlohmann::json arguments = {{"model", options->model},
                                {"build", options->build},
                                {"format_units", !options->no_format},
                                {"json", options->json}};
    if (!options->kernels.empty()) arguments["kernels"] = to_string(tflite::device_kernels(options->kernels));
    if (!options->target.empty()) arguments["target"] = find_target(options->target).name;
    if (!options->output.empty()) arguments["output"] = options->output;
    return host.run("profile", arguments);
  };
}

}  // namespace

extern const CommandDef profile_def = {
    "profile", "Look at a model", "What the model costs on a device: RAM, flash, MACs", "mltk profile digits", declare};

}  // namespace mltk::cli
