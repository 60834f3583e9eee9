// The native executable. Commands on files run here; one that needs a specification's Python is passed on, whole, to
// the interpreter of the environment that this program is installed in.

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "cli/command.h"

namespace {

namespace fs = std::filesystem;

/// The interpreter beside this program, or that of the active virtual environment.
std::string find_interpreter() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  std::vector<fs::path> folders;
  if (!error) folders.push_back(program.parent_path());
  if (const char* environment = std::getenv("VIRTUAL_ENV")) folders.push_back(fs::path(environment) / "bin");
  for (const fs::path& folder : folders) {
    for (const char* name : {"python3", "python"}) {
      if (fs::exists(folder / name)) return (folder / name).string();
    }
  }
  return "python3";
}

class Interpreter : public mltk::cli::SpecificationHost {
 public:
  explicit Interpreter(std::span<char*> arguments) : arguments_(arguments) {}

  int run(std::string_view, const nlohmann::json&) override {
    std::string python = find_interpreter();
    std::string module_flag = "-m";
    std::string package = "mltk";
    std::vector<char*> command = {python.data(), module_flag.data(), package.data()};
    command.insert(command.end(), arguments_.begin() + 1, arguments_.end());
    command.push_back(nullptr);
    ::execvp(python.c_str(), command.data());
    mltk::fail(mltk::ErrorKind::io,
               "cannot start {}: {}. A specification is a Python script: install mltk into an environment with "
               "`pip install .` and use the `mltk` of that environment",
               python, std::strerror(errno));
  }

 private:
  std::span<char*> arguments_;
};

}  // namespace

int main(int argc, char** argv) {
  Interpreter host(std::span(argv, static_cast<std::size_t>(argc)));
  return mltk::cli::run(std::vector<std::string>(argv + 1, argv + argc), host);
}
