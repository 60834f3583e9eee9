#include "cli/command.h"
#include "target/target.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
  int epochs = 0;
  std::string weights;
  std::string target;
  bool verbose = false;
  bool resume = false;
  int resume_epoch = 0;
  bool clean = false;
  bool show = false;
  bool evaluate = true;
  bool test = false;
  bool post = false;
  bool strict = false;
  std::int64_t seed = -1;
};

std::function<int()> declare(CLI::App& app, SpecificationHost& host) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "Specification: a name or a .py file; NAME-test is a dry run")->required();
  app.add_option("-e,--epochs", options->epochs, "Number of epochs, instead of the specification's");
  app.add_option("-w,--weights", options->weights,
                 "Start from these weights: a path, `best`, or a file name in LOG_DIR/train/weights");
  app.add_option("--target", options->target,
                 "Check before the first epoch that the model can run on this board (mltk profile --targets)");
  app.add_flag("-v,--verbose", options->verbose, "Print details");
  app.add_flag("--resume,!--no-resume", options->resume, "Go on from the last completed epoch");
  app.add_option("--resume-epoch", options->resume_epoch, "Go on from this epoch's checkpoint");
  app.add_flag("--clean,!--no-clean", options->clean, "Delete all files of the log folder first");
  app.add_flag("--show,!--no-show", options->show, "Open the report when done");
  app.add_flag("--evaluate,!--no-evaluate", options->evaluate, "Evaluate the float and the int8 model when trained");
  app.add_flag("--test,!--no-test", options->test, "Dry run: few samples, 3 epochs, files of their own");
  app.add_flag("--strict", options->strict,
               "Stop when files of the data set are odd: equal, empty, of the wrong size, ...");
  app.add_flag("--post", options->post, "Pass post_process=True to event handlers");
  app.add_option("--seed", options->seed, "Seed of the run, instead of the specification's")
      ->check(CLI::NonNegativeNumber);
  add_threads_option(app);
  return [options, &host] {
    nlohmann::json arguments = {
        {"model", options->model},       {"verbose", options->verbose}, {"clean", options->clean},
        {"show", options->show},         {"test", options->test},       {"post_process", options->post},
        {"evaluate", options->evaluate}, {"strict", options->strict},
    };
    if (options->epochs > 0) arguments["epochs"] = options->epochs;
    if (!options->weights.empty()) arguments["weights"] = options->weights;
    if (!options->target.empty()) arguments["target"] = find_target(options->target).name;
    if (options->resume) arguments["resume_epoch"] = -1;
    if (options->resume_epoch > 0) arguments["resume_epoch"] = options->resume_epoch;
    if (options->seed >= 0) arguments["seed"] = options->seed;
    return host.run("train", arguments);
  };
}

}  // namespace

extern const CommandDef train_def = {"train", "Make a model", "Train, quantize and evaluate a specification",
                                     "mltk train digits", declare};

}  // namespace mltk::cli
