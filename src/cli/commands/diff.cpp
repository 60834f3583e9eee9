#include "cli/archive.h"
#include "cli/command.h"
#include "cli/samples.h"
#include "quantize/difference.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string a;
  std::string b;
  std::vector<std::string> data;
};

int execute(const Options& options) {
  const tflite::Model a = read_tflite(options.a).model;
  const tflite::Model b = read_tflite(options.b).model;
  const quantize::Samples samples = options.data.empty() ? quantize::Samples() : read_samples(options.data);
  const quantize::ModelDifference difference = quantize::difference_of(a, b, samples);
  fmt::print("A: {}\nB: {}\n{}", options.a, options.b, to_text(difference));
  return 0;
}

std::function<int()> declare(CLI::App& app, SpecificationHost& /*host*/) {
  auto options = std::make_shared<Options>();
  app.add_option("a", options->a, "A .tflite file, or an archive with one")->required();
  app.add_option("b", options->b, "Another one")->required();
  app.add_option("--data", options->data,
                 "Samples as .npy [samples, ...] in float, one file for each input: compare what the models compute");
  return [options] { return execute(*options); };
}

}  // namespace

extern const CommandDef diff_def = {"diff", "Use a model",
                                    "Tell where two .tflite models differ: structure, weights, scales, outputs",
                                    "mltk diff before.tflite after.tflite --data samples.npy", declare};

}  // namespace mltk::cli
