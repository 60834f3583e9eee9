// The command line inside the interpreter: commands that need a specification call the package.

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "cli/command.h"
#include "convert.h"

namespace mltk::python {
namespace {

class PackageHost : public cli::SpecificationHost {
 public:
  explicit PackageHost(nb::object run) : run_(std::move(run)) {}

  int run(std::string_view command, const nlohmann::json& arguments) override {
    return nb::cast<int>(run_(std::string(command), load_json(arguments.dump())));
  }

 private:
  nb::object run_;
};

}  // namespace

void bind_cli(nb::module_& module) {
  module.def(
      "run_command_line",
      [](std::vector<std::string> arguments, nb::object run) {
        PackageHost host(std::move(run));
        return cli::run(std::move(arguments), host);
      },
      "Run the command line; `run(command, options)` runs what needs a specification.");
}

}  // namespace mltk::python
