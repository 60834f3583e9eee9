// replay FOLDER...: each file of the folders through a fuzz target, in a process of its own with 1 GB of address space
// and 5 s of CPU.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void limit(int resource, rlim_t most) {
  const rlimit limits{most, most};
  if (setrlimit(resource, &limits) != 0) std::abort();
}

bool survives(const std::filesystem::path& path) {
  const auto bytes = mltk::read_file(path);
  const pid_t child = fork();
  if (child == 0) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which map terabytes
    limit(RLIMIT_AS, rlim_t{1} << 30);
#endif
    limit(RLIMIT_CPU, 5);
    limit(RLIMIT_CORE, 0);
    _exit(LLVMFuzzerTestOneInput(bytes.data(), bytes.size()));
  }
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(arguments[i])) files.push_back(entry.path());
  }
  int failed = 0;
  for (const auto& file : files) {
    if (survives(file)) continue;
    std::printf("%s: crashed, or needed more than 1 GB or 5 s\n", file.c_str());
    ++failed;
  }
  std::printf("%zu files, %d failed\n", files.size(), failed);
  return failed == 0 && !files.empty() ? 0 : 1;
}
