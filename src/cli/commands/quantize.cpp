#include "base/file.h"
#include "cli/archive.h"
#include "cli/command.h"
#include "cli/samples.h"
#include "keras/files.h"
#include "spec/convert.h"
#include "spec/quantization_report.h"
#include "tflite/text.h"
#include "tflite/writer.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
  std::string output;
  bool build = false;
  std::string weights;
  bool update_archive = false;
  bool no_update_archive = false;
  bool verbose = false;
  std::vector<std::string> representative;
  std::vector<std::string> samples;
  std::string ranges;
  bool report = false;
  std::string mode = "int8";
  std::string input_type = "float32";
  std::string output_type = "float32";
};

tflite::TensorType type_of(const std::string& name) {
  if (name == "int8") return tflite::TensorType::int8;
  if (name == "uint8") return tflite::TensorType::uint8;
  if (name == "int16") return tflite::TensorType::int16;
  return tflite::TensorType::float32;
}

/// What a specification would say in `tflite_converter` for a mode.
ConverterSettings settings_of(const Options& options) {
  ConverterSettings settings{.optimize = options.mode != "float32",
                             .input_type = type_of(options.input_type),
                             .output_type = type_of(options.output_type)};
  if (options.mode == "int8") settings.supported_ops = {"TFLITE_BUILTINS_INT8"};
  if (options.mode == "int16x8")
    settings.supported_ops = {"EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8"};
  if (options.mode == "float16") settings.supported_types = {"float16"};
  return settings;
}

tflite::Model converted(const keras::Model& model, const Options& options) {
  const ConverterSettings settings = settings_of(options);
  if (!options.ranges.empty()) return convert_model_with_ranges_of(model, settings, read_tflite(options.ranges).model);
  const bool calibrated = options.mode == "int8" || options.mode == "int16x8";
  if (!calibrated) return convert_model(model, settings, {});
  if (options.representative.empty()) {
    fail(ErrorKind::invalid_argument,
         "{} needs samples: give --representative FILE.npy, one for each input of the model, or --ranges MODEL.tflite",
         options.mode);
  }
  const quantize::Samples samples = read_samples(options.representative);
  return convert_model(model, settings, source_of(samples));
}

/// After the model is written: what quantization did to it.
void print_report(const keras::Model& model, const Options& options) {
  if (options.representative.empty())
    fail(ErrorKind::invalid_argument, "--report needs samples: give --representative FILE.npy");
  const quantize::Samples calibration = read_samples(options.representative);
  const quantize::Samples samples = options.samples.empty() ? calibration : read_samples(options.samples);
  fmt::print("\n{}", to_text(quantization_report(model, settings_of(options), calibration, samples)));
}

int convert(const Options& options) {
  if (options.output.empty()) fail(ErrorKind::invalid_argument, "give --output X.tflite for an .h5 file");
  const keras::LoadedModel loaded = keras::load_model(options.model);
  const tflite::Model model = converted(*loaded.model, options);
  const auto bytes = tflite::write_model(model);
  write_file(options.output, bytes);
  fmt::print("{}\n", tflite::summary_text(model, static_cast<std::int64_t>(bytes.size())));
  if (options.report) print_report(*loaded.model, options);
  return 0;
}

std::function<int()> declare(CLI::App& app, SpecificationHost& host) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "A trained specification, an archive or an .h5 file")->required();
  app.add_option("-o,--output", options->output, "The .tflite file to write, or a folder for it");
  app.add_flag("-b,--build", options->build,
               "Build the model from its specification instead of reading the trained one");
  app.add_option("-w,--weights", options->weights, "Weights to load first");
  app.add_flag("--update-archive", options->update_archive, "Put the file into the archive");
  app.add_flag("--no-update-archive", options->no_update_archive, "Leave the archive as it is");
  app.add_flag("-v,--verbose", options->verbose, "Print details");
  app.add_option("--representative", options->representative,
                 ".h5: samples as .npy, one file for each input of the model");
  app.add_flag(
      "--report", options->report,
      "Print what quantization does to each layer on real samples, which samples change class, and what helps");
  app.add_option("--samples", options->samples,
                 ".h5 with --report: the samples to look at, as --representative; those without it");
  app.add_option("--ranges", options->ranges,
                 ".h5: an earlier int8 .tflite of the network, or its archive: the ranges of the activations, in place "
                 "of samples");
  app.add_option("--mode", options->mode, ".h5: int8, int16x8, dynamic, float16 or float32")
      ->check(CLI::IsMember({"int8", "int16x8", "dynamic", "float16", "float32"}));
  app.add_option("--input-type", options->input_type, ".h5: float32, or int8 or uint8 of int8, int16 of int16x8")
      ->check(CLI::IsMember({"float32", "int8", "uint8", "int16"}));
  app.add_option("--output-type", options->output_type, ".h5: as --input-type")
      ->check(CLI::IsMember({"float32", "int8", "uint8", "int16"}));
  add_threads_option(app);
  return [options, &host] {
    if (kind_of(options->model) == ModelKind::keras) return convert(*options);
    if (kind_of(options->model) == ModelKind::tflite) {
      fail(ErrorKind::invalid_argument, "{}: is quantized already; give the specification, the archive or the .h5",
           options->model);
    }
    nlohmann::json arguments = {{"model", options->model}, {"build", options->build}, {"verbose", options->verbose}};
    if (!options->output.empty()) arguments["output"] = options->output;
    if (!options->weights.empty()) arguments["weights"] = options->weights;
    if (options->update_archive) arguments["update_archive"] = true;
    if (options->report) arguments["report"] = true;
    if (options->no_update_archive) arguments["update_archive"] = false;
    return host.run("quantize", arguments);
  };
}

}  // namespace

extern const CommandDef quantize_def = {"quantize", "Make a model", "Make the int8 .tflite of a trained model", "",
                                        declare};

}  // namespace mltk::cli
