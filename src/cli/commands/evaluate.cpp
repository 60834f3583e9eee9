#include "cli/command.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
  bool tflite = false;
  std::string weights;
  std::string classes;
  int count = -1;
  bool dump = false;
  bool show = false;
  bool verbose = false;
  bool update_archive = true;
  bool test = false;
  bool post = false;
};

std::function<int()> declare(CLI::App& app, SpecificationHost& host) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "Trained specification (name or .py) or archive (.mltk.zip)")->required();
  app.add_flag("--tflite", options->tflite, "Evaluate the quantized model instead of the float one");
  app.add_option("-w,--weights", options->weights, "Weights to load into the float model first");
  app.add_option("--classes", options->classes, "Comma-separated classes; of an auto-encoder the normal one first");
  app.add_option("-c,--count", options->count, "Most samples per class");
  app.add_flag("--dump,!--no-dump", options->dump, "Auto-encoder: write pictures of samples and reconstructions");
  app.add_flag("--show,!--no-show", options->show, "Open the diagrams");
  app.add_flag("-v,--verbose", options->verbose, "Print details");
  app.add_flag("--update-archive,!--no-update-archive", options->update_archive, "Add the results to the archive");
  app.add_flag("--test,!--no-test", options->test, "Evaluate the model of a dry run");
  app.add_flag("--post", options->post, "Pass post_process=True to event handlers");
  add_threads_option(app);
  return [options, &host] {
    nlohmann::json arguments = {
        {"model", options->model},
        {"tflite", options->tflite},
        {"max_samples_per_class", options->count},
        {"dump", options->dump},
        {"show", options->show},
        {"verbose", options->verbose},
        {"update_archive", options->update_archive},
        {"test", options->test},
        {"post_process", options->post},
    };
    if (!options->weights.empty()) arguments["weights"] = options->weights;
    if (!options->classes.empty()) arguments["classes"] = CLI::detail::split(options->classes, ',');
    return host.run("evaluate", arguments);
  };
}

}  // namespace

extern const CommandDef evaluate_def = {"evaluate", "Make a model", "Measure the float or the int8 model on its data",
                                        "mltk evaluate digits --tflite", declare};

}  // namespace mltk::cli
