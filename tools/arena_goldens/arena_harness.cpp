// Prints the arena of models in a build of TensorFlow Lite Micro: arena_harness MODEL...
// A line for each: "<used> <minimum>", or "refused" for a model that this build does not prepare. `used` is what
// arena_used_bytes() says, `minimum` the smallest arena, in steps of 16 bytes, in which AllocateTensors() succeeds.
// Built against the sources of tools/tflm, not with this project; README.md says how.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/micro/micro_resource_variable.h"
#include "tensorflow/lite/schema/schema_generated.h"

using Resolver = tflite::MicroMutableOpResolver<160>;
void add_all(Resolver& resolver);  // resolver.cpp, which tflm.cmake writes

namespace {

constexpr std::size_t kStep = 16;
constexpr std::size_t kMost = 64 << 20;
alignas(kStep) std::uint8_t arena[kMost];

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

/// The bytes that are used of an arena of `size` bytes; none when it is too small.
std::optional<std::size_t> prepare(const tflite::Model& model, const Resolver& resolver, std::size_t size) {
  tflite::MicroAllocator* allocator = tflite::MicroAllocator::Create(arena, size);
  if (allocator == nullptr) return std::nullopt;
  const int variables = variables_of(model);
  tflite::MicroResourceVariables* resources = nullptr;
  if (variables > 0) {
    resources = tflite::MicroResourceVariables::Create(allocator, variables);
    if (resources == nullptr) return std::nullopt;
  }
  tflite::MicroInterpreter interpreter(&model, resolver, allocator, resources, nullptr);
  if (interpreter.AllocateTensors() != kTfLiteOk) return std::nullopt;
  return interpreter.arena_used_bytes();
}

/// The same in a process of its own: some kernels abort where an arena is too small.
std::optional<std::size_t> used_of(const tflite::Model& model, const Resolver& resolver, std::size_t size) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child < 0) std::abort();
  if (child == 0) {
    const auto used = prepare(model, resolver, size);
    const bool told = used && write(ends[1], &*used, sizeof *used) == sizeof *used;
    _exit(told ? 0 : 1);
  }
  close(ends[1]);
  std::size_t used = 0;
  const bool told = read(ends[0], &used, sizeof used) == sizeof used;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return told ? std::optional(used) : std::nullopt;
}

std::size_t minimum_of(const tflite::Model& model, const Resolver& resolver) {
  std::size_t too_small = 0;
  std::size_t works = kMost;
  while (works - too_small > kStep) {
    const std::size_t middle = (too_small + works) / 2 / kStep * kStep;
    (used_of(model, resolver, middle) ? works : too_small) = middle;
  }
  return works;
}

}  // namespace

int main(int count, char** paths) {
  static Resolver resolver;
  add_all(resolver);
  for (int i = 1; i < count; ++i) {
    const auto file = slurp(paths[i]);
    void* aligned = std::aligned_alloc(kStep, (file.size() + kStep - 1) / kStep * kStep);
    std::memcpy(aligned, file.data(), file.size());
    const tflite::Model* model = tflite::GetModel(aligned);
    if (const auto used = used_of(*model, resolver, kMost)) {
      std::printf("%zu %zu\n", *used, minimum_of(*model, resolver));
    } else {
      std::printf("refused\n");
    }
    std::fflush(stdout);
    std::free(aligned);
  }
  return 0;
}
