#include "base/file.h"
#include "cli/archive.h"
#include "cli/command.h"
#include "keras/files.h"
#include "tflite/text.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
  bool tflite = false;
  bool build = false;
  bool verbose = false;
  std::string output;
};

int show(const Options& options, const std::string& text) {
  if (options.output.empty()) {
    fmt::print("{}\n", text);
  } else {
    write_file(options.output, text + "\n");
  }
  return 0;
}

std::string summarize_tflite(const std::string& path) {
  const TfliteFile file = read_tflite(path);
  return tflite::summary_text(file.model, file.bytes);
}

std::function<int()> declare(CLI::App& app, SpecificationHost& host) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "A specification, an archive, a .tflite or an .h5 file")->required();
  app.add_flag("--tflite", options->tflite, "Summarize the quantized model");
  app.add_flag("-b,--build", options->build,
               "Build the model from its specification instead of reading the trained one");
  app.add_flag("-v,--verbose", options->verbose, "Print details");
  app.add_option("-o,--output", options->output, "Write the text to this file");
  return [options, &host] {
    const ModelKind kind = kind_of(options->model);
    if (kind == ModelKind::keras) return show(*options, keras::load_model(options->model).model->summary());
    if (kind == ModelKind::tflite || (kind == ModelKind::archive && options->tflite)) {
      return show(*options, summarize_tflite(options->model));
    }
    nlohmann::json arguments = {{"model", options->model}, {"tflite", options->tflite}, {"build", options->build}};
    if (!options->output.empty()) arguments["output"] = options->output;
    return host.run("summarize", arguments);
  };
}

}  // namespace

extern const CommandDef summarize_def = {"summarize", "Look at a model", "Print layers, shapes, size and parameters",
                                         "mltk summarize digits.tflite", declare};

}  // namespace mltk::cli
