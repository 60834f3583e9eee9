#include "base/file.h"
#include "cli/archive.h"
#include "cli/command.h"
#include "interpreter/interpreter.h"
#include "tflite/reader.h"

namespace mltk::cli {
namespace {

struct Options {
  std::string model;
  std::string input;
  std::string output;
  bool reference = false;
};

int execute(const Options& options) {
  const Interpreter interpreter(read_tflite(options.model).model,
                                options.reference ? tflite::KernelSet::reference : tflite::KernelSet::simd);
  const std::vector<std::uint8_t> bytes = read_file(options.input);
  std::size_t set_bytes = 0;
  for (std::size_t i = 0; i < interpreter.input_count(); ++i) {
    set_bytes += static_cast<std::size_t>(tflite::byte_size(interpreter.input_tensor(i)));
  }
  if (bytes.empty() || bytes.size() % set_bytes != 0) {
    fail(ErrorKind::invalid_argument, "{}: has {} bytes, but one set of inputs of {} has {}; expected a multiple",
         options.input, bytes.size(), options.model, set_bytes);
  }
  const std::size_t sets = bytes.size() / set_bytes;

  // From input sets one after another to one tensor for each input.
  std::vector<Tensor> inputs;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < interpreter.input_count(); ++i) {
    const tflite::Tensor& tensor = interpreter.input_tensor(i);
    const auto size = static_cast<std::size_t>(tflite::byte_size(tensor));
    Tensor input(dtype_of(tensor.type), {static_cast<std::int64_t>(sets), tflite::elements(tensor)});
    for (std::size_t s = 0; s < sets; ++s) {
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(s * set_bytes + offset), size,
                  input.bytes().begin() + static_cast<std::ptrdiff_t>(s * size));
    }
    offset += size;
    inputs.push_back(std::move(input));
  }
  ThreadPool pool;
  const std::vector<Tensor> outputs = interpreter.run_batch(inputs, pool);
  std::vector<std::uint8_t> result;
  for (std::size_t s = 0; s < sets; ++s) {
    for (const Tensor& output : outputs) {
      const std::size_t size = output.bytes().size() / sets;
      const auto row = output.bytes().subspan(s * size, size);
      result.insert(result.end(), row.begin(), row.end());
    }
  }
  write_file(options.output, result);
  return 0;
}

std::function<int()> declare(CLI::App& app, SpecificationHost& /*host*/) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "A .tflite file, or an archive with one")->required();
  app.add_option("--input", options->input,
                 "Raw little-endian tensors in the model's order, input sets one after another")
      ->required();
  app.add_option("--output", options->output, "Where the outputs go, in the same form")->required();
  app.add_flag("--reference", options->reference, "Use the plain kernels of record; the bytes are the same");
  add_threads_option(app);
  return [options] { return execute(*options); };
}

}  // namespace

extern const CommandDef run_def = {"run", "Use a model", "Run a .tflite on raw tensors, as the device does",
                                   "mltk run digits.tflite --input in.bin --output out.bin", declare};

}  // namespace mltk::cli
