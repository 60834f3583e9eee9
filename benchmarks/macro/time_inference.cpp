// Times inferences of a .tflite model: `mltk_time_inference MODEL [--reference]`.
//
// Reads a number of inferences from each line of stdin, runs them on one thread, and writes microseconds for one. With
// "batch <samples> <threads>" it evaluates that many samples of random codes and writes the seconds for all.

#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <sstream>

#include "base/philox.h"
#include "interpreter/interpreter.h"
#include "tflite/reader.h"

namespace mltk {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Tensor random_samples(const Interpreter& interpreter, std::size_t input, std::int64_t samples) {
  const tflite::Tensor& tensor = interpreter.input_tensor(input);
  Tensor result(dtype_of(tensor.type), {samples, tflite::elements(tensor)});
  Rng rng(42, 0, 0, 0);
  for (std::uint8_t& byte : result.bytes()) byte = static_cast<std::uint8_t>(rng.uniform(0, 256));
  return result;
}

double microseconds_of_one(Interpreter& interpreter, std::int64_t inferences) {
  std::vector<Tensor> inputs;
  for (std::size_t i = 0; i < interpreter.input_count(); ++i) inputs.push_back(random_samples(interpreter, i, 1));
  const Clock::time_point start = Clock::now();
  for (std::int64_t n = 0; n < inferences; ++n) {
    for (std::size_t i = 0; i < inputs.size(); ++i) interpreter.set_input(i, inputs[i].bytes());
    interpreter.invoke();
  }
  return seconds_since(start) / static_cast<double>(inferences) * 1e6;
}

double seconds_of_batch(const Interpreter& interpreter, std::int64_t samples, int threads) {
  std::vector<Tensor> inputs;
  for (std::size_t i = 0; i < interpreter.input_count(); ++i) {
    inputs.push_back(random_samples(interpreter, i, samples));
  }
  ThreadPool pool(threads);
  const Clock::time_point start = Clock::now();
  interpreter.run_batch(inputs, pool);
  return seconds_since(start);
}

int run(const std::vector<std::string>& arguments) {
  const bool reference = arguments.size() == 2 && arguments[1] == "--reference";
  if (arguments.size() != (reference ? 2 : 1)) {
    fmt::print(stderr, "usage: mltk_time_inference MODEL [--reference]\n");
    return 2;
  }
  Interpreter interpreter(tflite::read_model_file(arguments[0]),
                          reference ? tflite::KernelSet::reference : tflite::KernelSet::simd);
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first == "batch") {
      std::int64_t samples = 0;
      int threads = 0;
      words >> samples >> threads;
      fmt::print("{}\n", seconds_of_batch(interpreter, samples, threads));
    } else {
      fmt::print("{}\n", microseconds_of_one(interpreter, std::stoll(first)));
    }
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace mltk

int main(int argc, char** argv) {
  try {
    return mltk::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
