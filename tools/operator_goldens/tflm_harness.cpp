// Runs a model with the reference kernels of TensorFlow Lite Micro: tflm_harness MODEL INPUTS OUTPUTS REPEATS.
// INPUTS and OUTPUTS are raw bytes, tensor after tensor, inference after inference. Prints "used <bytes of arena>".
// Built against a checkout of tflite-micro, not with this project; README.md says how.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/micro/micro_resource_variable.h"
#include "tensorflow/lite/schema/schema_generated.h"

using Resolver = tflite::MicroMutableOpResolver<160>;
void add_all(Resolver& resolver);  // resolver.cpp, which CMakeLists.txt writes

namespace {

alignas(16) std::uint8_t arena[64 << 20];

std::vector<char> slurp(const char* path) {
  std::vector<char> bytes;
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return bytes;
  std::fseek(file, 0, SEEK_END);
  bytes.resize(static_cast<std::size_t>(std::ftell(file)));
  std::rewind(file);
  if (std::fread(bytes.data(), 1, bytes.size(), file) != bytes.size()) std::abort();
  std::fclose(file);
  return bytes;
}

int variables_of(const tflite::Model& model) {
  std::vector<std::string> names;
  for (const auto* graph : *model.subgraphs()) {
    for (const auto* op : *graph->operators()) {
      const auto* options = op->builtin_options_as_VarHandleOptions();
      if (options == nullptr) continue;
      const std::string name = options->container()->str() + "/" + options->shared_name()->str();
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return static_cast<int>(names.size());
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) return 2;
  const auto file = slurp(arguments[1]);
  void* aligned = std::aligned_alloc(16, (file.size() + 15) / 16 * 16);
  std::memcpy(aligned, file.data(), file.size());
  const auto inputs = slurp(arguments[2]);
  static Resolver resolver;
  add_all(resolver);
  const tflite::Model* model = tflite::GetModel(aligned);
  tflite::MicroAllocator* allocator = tflite::MicroAllocator::Create(arena, sizeof arena);
  const int variables = variables_of(*model);
  tflite::MicroResourceVariables* resources =
      variables == 0 ? nullptr : tflite::MicroResourceVariables::Create(allocator, variables);
  tflite::MicroInterpreter interpreter(model, resolver, allocator, resources, nullptr);
  if (interpreter.AllocateTensors() != kTfLiteOk) return std::printf("refused\n"), 3;
  std::printf("used %zu\n", interpreter.arena_used_bytes());
  // Some kernels leave parts of an output as they were: then what was there before must be the same everywhere.
  for (std::size_t i = 0; i < interpreter.outputs_size(); ++i) {
    TfLiteTensor* tensor = interpreter.output(i);
    if (!tensor->is_variable) std::memset(tensor->data.raw, 0, tensor->bytes);
  }
  std::FILE* output = std::fopen(arguments[3], "wb");
  std::size_t at = 0;
  for (int repeat = 0; repeat < std::atoi(arguments[4]); ++repeat) {
    for (std::size_t i = 0; i < interpreter.inputs_size(); ++i) {
      TfLiteTensor* tensor = interpreter.input(i);
      if (at + tensor->bytes > inputs.size()) return std::printf("too few inputs\n"), 4;
      std::memcpy(tensor->data.raw, inputs.data() + at, tensor->bytes);
      at += tensor->bytes;
    }
    if (interpreter.Invoke() != kTfLiteOk) return std::printf("failed\n"), 5;
    for (std::size_t i = 0; i < interpreter.outputs_size(); ++i) {
      std::fwrite(interpreter.output(i)->data.raw, 1, interpreter.output(i)->bytes, output);
    }
  }
  std::fclose(output);
  return 0;
}
